/* key.c - public keys: which are understood, whether their ids are theirs, and
 * what they signed. Verification is OpenSSL's. */
#include "sync_private.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

enum {
    PEM_BYTES_MAX = 4096,
    RSA_BITS_MIN = 2048, /* TUF 1.0.34, 4.2.2 */
    RSA_BITS_MAX = 8192, /* more is only there to keep a board busy */
    SIGNATURE_BYTES_MAX = RSA_BITS_MAX / 8,
};

struct key {
    EVP_PKEY *public;
    const struct scheme *scheme;
};

static EVP_PKEY *read_ed25519(const char *text);
static EVP_PKEY *read_pem(const char *text);
static bool is_p256(EVP_PKEY *key);
static bool is_rsa(EVP_PKEY *key);

/* "ecdsa" is what the reference implementation writes for the same thing. */
static const struct scheme {
    const char *keytype, *scheme;
    EVP_PKEY *(*read)(const char *text);
    bool (*accepts)(EVP_PKEY *key); /* NULL: whatever read accepts */
    bool hashed;                    /* signs the SHA-256, not the message */
    bool pss;
} schemes[] = {
    {"ed25519", "ed25519", read_ed25519, NULL, false, false},
    {"ecdsa", "ecdsa-sha2-nistp256", read_pem, is_p256, true, false},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", read_pem, is_p256, true,
     false},
    {"rsa", "rsassa-pss-sha256", read_pem, is_rsa, true, true},
};

static EVP_PKEY *read_ed25519(const char *text)
{
    unsigned char raw[32];
    if (!hex_decode(text, raw, sizeof(raw)))
        return NULL;
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw,
                                       sizeof(raw));
}

/* Without it OpenSSL would ask the terminal for the password of an encrypted
 * PEM, which a public key never is. */
static int no_password(char *out, int size, int writing, void *context)
{
    (void)out, (void)size, (void)writing, (void)context;
    return -1;
}

static EVP_PKEY *read_pem(const char *text)
{
    if (strlen(text) > PEM_BYTES_MAX)
        return NULL;
    BIO *bio = mem_check(BIO_new_mem_buf(text, -1));
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
    BIO_free(bio);
    return key;
}

static bool is_p256(EVP_PKEY *key)
{
    char group[32] = "";
    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME,
                                          group, sizeof(group), NULL) &&
           strcmp(group, "prime256v1") == 0;
}

static bool is_rsa(EVP_PKEY *key)
{
    return EVP_PKEY_is_a(key, "RSA") &&
           EVP_PKEY_get_bits(key) >= RSA_BITS_MIN &&
           EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
}

static bool has_id(const char *id, const json_t *value)
{
    struct buf form = {0};
    char hex[65];
    canonical_write(value, &form);
    digest_sha256_hex(form.data, form.length, hex);
    buf_fini(&form);
    return strcmp(hex, id) == 0;
}

/* The id is the hash of the key's canonical form (4.2.1). Publishers differ in
 * whether fields of their own, such as x-tuf-on-ci-keyowner, are part of that;
 * both are in use, and key_same sees to it that neither can be counted twice.
 */
static bool is_own_id(const char *id, const json_t *value)
{
    if (has_id(id, value))
        return true;
    json_t *plain = mem_check(
        json_pack("{sOsOsO}", "keytype", json_object_get(value, "keytype"),
                  "scheme", json_object_get(value, "scheme"), "keyval",
                  json_object_get(value, "keyval")));
    bool own = has_id(id, plain);
    json_decref(plain);
    return own;
}

static const char *text_of(const json_t *value, const char *name)
{
    const char *text = json_string_value(json_object_get(value, name));
    return text ? text : "";
}

static const struct scheme *find_scheme(const json_t *value)
{
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (!strcmp(schemes[i].keytype, text_of(value, "keytype")) &&
            !strcmp(schemes[i].scheme, text_of(value, "scheme")))
            return &schemes[i];
    return NULL;
}

struct key *key_new(const char *id, const json_t *value)
{
    const struct scheme *scheme = find_scheme(value);
    const char *text = text_of(json_object_get(value, "keyval"), "public");
    if (!scheme || !is_own_id(id, value))
        return NULL;
    EVP_PKEY *public = scheme->read(text);
    if (public && scheme->accepts && !scheme->accepts(public)) {
        EVP_PKEY_free(public);
        public = NULL;
    }
    ERR_clear_error(); /* what OpenSSL thought of the bytes is of no interest */
    if (!public)
        return NULL;
    struct key *key = xcalloc(1, sizeof(*key));
    *key = (struct key){.public = public, .scheme = scheme};
    return key;
}

void key_free(struct key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->public);
    free(key);
}

bool key_same(const struct key *left, const struct key *right)
{
    return EVP_PKEY_eq(left->public, right->public) == 1;
}

static bool verify_bytes(const struct key *key, const unsigned char *signature,
                         size_t signature_length, const void *message,
                         size_t length)
{
    EVP_PKEY_CTX *options = NULL; /* owned by the context */
    EVP_MD_CTX *context = mem_check(EVP_MD_CTX_new());
    const EVP_MD *hash = key->scheme->hashed ? EVP_sha256() : NULL;
    bool good =
        EVP_DigestVerifyInit(context, &options, hash, NULL, key->public) == 1;
    if (good && key->scheme->pss)
        /* Signers choose 32 bytes of salt or the most that fit. */
        good =
            EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) > 0 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_AUTO) >
                0 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md(options, hash) > 0;
    good = good && EVP_DigestVerify(context, signature, signature_length,
                                    message, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good;
}

bool key_verify(const struct key *key, const char *signature_hex,
                const void *message, size_t length)
{
    unsigned char signature[SIGNATURE_BYTES_MAX];
    const size_t signature_length = strlen(signature_hex) / 2;
    if (signature_length == 0 || signature_length > sizeof(signature) ||
        !hex_decode(signature_hex, signature, signature_length))
        return false;
    return verify_bytes(key, signature, signature_length, message, length);
}
