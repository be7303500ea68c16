/* signer.c - the publisher's Ed25519 keys. */
#include "content/signer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/log.h"
#include "sync_private.h"

struct signer {
    EVP_PKEY *private;
    json_t *public; /* as it stands in root.json */
    char id[65];
};

static json_t *describe(EVP_PKEY *key)
{
    unsigned char raw[32];
    size_t length = sizeof(raw);
    struct buf hex = {0};
    if (!EVP_PKEY_get_raw_public_key(key, raw, &length))
        abort(); /* every Ed25519 key has one */
    hex_encode(raw, length, &hex);
    json_t *value =
        mem_check(json_pack("{ssss s{ss}}", "keytype", "ed25519", "scheme",
                            "ed25519", "keyval", "public", buf_text(&hex)));
    buf_fini(&hex);
    return value;
}

struct signer *signer_from_seed(const unsigned char seed[SIGNER_SEED_BYTES])
{
    struct signer *signer = xcalloc(1, sizeof(*signer));
    struct buf form = {0};
    signer->private = mem_check(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, NULL, seed, SIGNER_SEED_BYTES));
    signer->public = describe(signer->private);
    canonical_write(signer->public, &form);
    digest_sha256_hex(form.data, form.length, signer->id);
    buf_fini(&form);
    return signer;
}

struct signer *signer_generate(void)
{
    EVP_PKEY *key = mem_check(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
    unsigned char seed[SIGNER_SEED_BYTES];
    size_t length = sizeof(seed);
    if (!EVP_PKEY_get_raw_private_key(key, seed, &length))
        abort();
    EVP_PKEY_free(key);
    struct signer *signer = signer_from_seed(seed);
    OPENSSL_cleanse(seed, sizeof(seed));
    return signer;
}

void signer_seed(const struct signer *signer,
                 unsigned char out[SIGNER_SEED_BYTES])
{
    size_t length = SIGNER_SEED_BYTES;
    if (!EVP_PKEY_get_raw_private_key(signer->private, out, &length))
        abort();
}

void signer_free(struct signer *signer)
{
    if (!signer)
        return;
    EVP_PKEY_free(signer->private);
    json_decref(signer->public);
    free(signer);
}

const char *signer_id(const struct signer *signer)
{
    return signer->id;
}

void signer_public(const struct signer *signer, struct buf *out)
{
    canonical_write(signer->public, out);
}

void signer_sign(const struct signer *signer, const void *message,
                 size_t length, unsigned char out[SIGNER_SIGNATURE_BYTES])
{
    EVP_MD_CTX *context = mem_check(EVP_MD_CTX_new());
    size_t signature_length = SIGNER_SIGNATURE_BYTES;
    if (!EVP_DigestSignInit(context, NULL, NULL, NULL, signer->private) ||
        !EVP_DigestSign(context, out, &signature_length, message, length))
        abort(); /* Ed25519 signs whatever there is */
    EVP_MD_CTX_free(context);
}

static void remove_signature(json_t *signatures, const char *id)
{
    for (size_t i = json_array_size(signatures); i-- > 0;) {
        const json_t *one = json_array_get(signatures, i);
        const char *by = json_string_value(json_object_get(one, "keyid"));
        if (by && !strcmp(by, id))
            json_array_remove(signatures, i);
    }
}

static void add_signature(const struct signer *signer, json_t *body,
                          json_t *signatures)
{
    unsigned char signature[SIGNER_SIGNATURE_BYTES];
    struct buf message = {0}, hex = {0};
    canonical_write(body, &message);
    signer_sign(signer, message.data, message.length, signature);
    hex_encode(signature, sizeof(signature), &hex);
    remove_signature(signatures, signer->id);
    json_array_append_new(signatures,
                          mem_check(json_pack("{ssss}", "keyid", signer->id,
                                              "sig", buf_text(&hex))));
    buf_fini(&message);
    buf_fini(&hex);
}

bool signer_sign_metadata(const struct signer *signer, struct buf *metadata)
{
    struct fault fault = {0};
    json_t *document = canonical_read(metadata->data, metadata->length, &fault);
    json_t *body = json_object_get(document, "signed");
    json_t *signatures = json_object_get(document, "signatures");
    bool fine = json_is_object(body) && json_is_array(signatures);
    if (fine) {
        add_signature(signer, body, signatures);
        char *text =
            mem_check(json_dumps(document, JSON_INDENT(1) | JSON_SORT_KEYS));
        buf_clear(metadata);
        buf_puts(metadata, text);
        buf_putc(metadata, '\n');
        free(text);
    } else {
        log_warn("signer", "not a metadata file: %s",
                 document ? "no signed part and signatures" : fault.reason);
    }
    json_decref(document);
    return fine;
}
