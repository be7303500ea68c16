/* test_tuf_key.c - keys of every kind that clients write, what they sign, and
 * how signatures are counted. The signatures verified here are made by OpenSSL
 * directly, those of signer.c are compared with RFC 8032. Runs in the top
 * folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/file.h"
#include "content/sync/sync_private.h"
#include "content/signer.h"

static const char message[] = "{\"_type\":\"root\"}";

static json_t *key_value(const char *keytype, const char *scheme,
                         const char *public)
{
    return json_pack("{ss ss s{ss}}", "keytype", keytype, "scheme", scheme,
                     "keyval", "public", public);
}

static void id_of(const json_t *value, char out[65])
{
    struct buf form = {0};
    canonical_write(value, &form);
    digest_sha256_hex(form.data, form.length, out);
    buf_fini(&form);
}

static char *pem_of(EVP_PKEY *key)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    assert_true(PEM_write_bio_PUBKEY(bio, key));
    long length = BIO_get_mem_data(bio, &text);
    char *copy = xstrndup(text, (size_t)length);
    BIO_free(bio);
    return copy;
}

/* salt: of PSS, 0 for other schemes. */
static void sign(EVP_PKEY *key, int salt, struct buf *hex)
{
    unsigned char bytes[1024];
    size_t length = sizeof(bytes);
    EVP_PKEY_CTX *options = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_true(EVP_DigestSignInit(context, &options, EVP_sha256(), NULL, key));
    if (salt) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt);
    }
    assert_true(EVP_DigestSign(context, bytes, &length,
                               (const unsigned char *)message,
                               strlen(message)));
    EVP_MD_CTX_free(context);
    buf_clear(hex);
    hex_encode(bytes, length, hex);
}

static bool verifies(const json_t *value, const char *hex)
{
    char id[65];
    id_of(value, id);
    struct key *key = key_new(id, value);
    bool good = key && key_verify(key, hex, message, strlen(message));
    if (key) { /* and nothing else does */
        assert_false(key_verify(key, hex, "other", 5));
        assert_false(key_verify(key, "", message, strlen(message)));
        assert_false(key_verify(key, "zz", message, strlen(message)));
        assert_false(key_verify(key, "00", message, strlen(message)));
    }
    key_free(key);
    return good;
}

static void verifies_ecdsa(void **state)
{
    (void)state;
    static const struct {
        const char *curve, *keytype, *scheme;
        bool good;
    } cases[] = {
        {"P-256", "ecdsa", "ecdsa-sha2-nistp256", true},
        {"P-256", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", true},
        {"P-256", "rsa", "rsassa-pss-sha256", false},
        {"P-256", "ecdsa", "ed25519", false},
        {"P-256", "ecdsa", "ecdsa-sha2-nistp384", false},
        {"P-384", "ecdsa", "ecdsa-sha2-nistp256", false},
        {"secp256k1", "ecdsa", "ecdsa-sha2-nistp256", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf hex = {0};
        EVP_PKEY *key = EVP_EC_gen(cases[i].curve);
        char *pem = pem_of(key);
        json_t *value = key_value(cases[i].keytype, cases[i].scheme, pem);
        sign(key, 0, &hex);
        if (verifies(value, buf_text(&hex)) != cases[i].good)
            fail_msg("%s %s", cases[i].curve, cases[i].keytype);
        json_decref(value);
        free(pem);
        EVP_PKEY_free(key);
        buf_fini(&hex);
    }
}

static void verifies_rsa(void **state)
{
    (void)state;
    static const struct {
        unsigned bits;
        int salt;
        bool good;
    } cases[] = {
        {2048, RSA_PSS_SALTLEN_DIGEST, true},
        {2048, RSA_PSS_SALTLEN_MAX, true},
        {1024, RSA_PSS_SALTLEN_DIGEST, false},
        {2048, 0, false}, /* PKCS #1 v1.5 */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf hex = {0};
        EVP_PKEY *key = EVP_RSA_gen(cases[i].bits);
        char *pem = pem_of(key);
        json_t *value = key_value("rsa", "rsassa-pss-sha256", pem);
        sign(key, cases[i].salt, &hex);
        if (verifies(value, buf_text(&hex)) != cases[i].good)
            fail_msg("case %zu", i);
        json_decref(value);
        free(pem);
        EVP_PKEY_free(key);
        buf_fini(&hex);
    }
}

/* RFC 8032, 7.1, test 3. */
static void signs_as_rfc_8032(void **state)
{
    (void)state;
    unsigned char seed[32], signature[64];
    struct buf hex = {0}, public = {0};
    assert_true(hex_decode("c5aa8df43f9f837bedb7442f31dcb7b1"
                           "66d38535076f094b85ce3a2e0b4458f7",
                           seed, sizeof(seed)));
    struct signer *signer = signer_from_seed(seed);
    signer_sign(signer, "\xaf\x82", 2, signature);
    hex_encode(signature, sizeof(signature), &hex);
    assert_string_equal(buf_text(&hex), "6291d657deec24024827e69c3abe01a3"
                                        "0ce548a284743a445e3680d7db5ac3ac"
                                        "18ff9b538d16f290ae67f760984dc659"
                                        "4a7c15e9716ed28dc027beceea1ec40a");
    signer_public(signer, &public);
    assert_string_equal(
        buf_text(&public),
        "{\"keytype\":\"ed25519\",\"keyval\":{\"public\":"
        "\"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025\"},"
        "\"scheme\":\"ed25519\"}");
    char id[65];
    digest_sha256_hex(public.data, public.length, id);
    assert_string_equal(signer_id(signer), id);
    buf_fini(&hex);
    buf_fini(&public);
    signer_free(signer);
}

static void keeps_seeds(void **state)
{
    (void)state;
    unsigned char seed[SIGNER_SEED_BYTES];
    struct signer *one = signer_generate(), *two = signer_generate();
    assert_string_not_equal(signer_id(one), signer_id(two));
    signer_seed(one, seed);
    struct signer *again = signer_from_seed(seed);
    assert_string_equal(signer_id(one), signer_id(again));
    signer_free(one);
    signer_free(two);
    signer_free(again);
}

static void refuses_malformed_keys(void **state)
{
    (void)state;
    static const struct {
        const char *keytype, *scheme, *public;
    } cases[] = {
        {"ed25519", "ed25519", ""},
        {"ed25519", "ed25519", "00"},
        {"ed25519", "ed25519", "not hex"},
        {"ecdsa", "ecdsa-sha2-nistp256", ""},
        {"ecdsa", "ecdsa-sha2-nistp256", "-----BEGIN PUBLIC KEY-----\n"},
        {"rsa", "rsassa-pss-sha256",
         "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
         "DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAA\n"
         "-----END PUBLIC KEY-----\n"},
        {"dsa", "dsa", "x"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char id[65];
        json_t *value =
            key_value(cases[i].keytype, cases[i].scheme, cases[i].public);
        id_of(value, id);
        assert_null(key_new(id, value));
        json_decref(value);
    }
}

/* An id is the hash of the key's three fields, or of those and what the
 * publisher added; any other id is nobody's. */
static void recomputes_ids(void **state)
{
    (void)state;
    char plain[65], whole[65];
    struct buf text = {0};
    struct signer *signer = signer_generate();
    signer_public(signer, &text);
    json_t *value = json_loads(buf_text(&text), 0, NULL);
    id_of(value, plain);
    json_object_set_new(value, "x-owner", json_string("somebody"));
    id_of(value, whole);
    struct key *a = key_new(plain, value), *b = key_new(whole, value);
    assert_non_null(a);
    assert_non_null(b);
    assert_true(key_same(a, b));
    plain[0] = plain[0] == 'a' ? 'b' : 'a';
    assert_null(key_new(plain, value));
    assert_null(key_new("", value));
    key_free(a);
    key_free(b);
    json_decref(value);
    buf_fini(&text);
    signer_free(signer);
}

/* A targets file and a role of up to four keys, put together from words:
 * sigs and ids are letters of keys; threshold. */
static enum tuf_result count(const char *signatures, const char *ids,
                             int threshold)
{
    struct signer *signers[4];
    struct buf file = {0}, text = {0};
    struct fault fault = {.result = TUF_OK};
    json_t *keys = json_object(), *keyids = json_array();
    buf_puts(&file, "{\"signatures\":[],\"signed\":{\"_type\":\"targets\","
                    "\"expires\":\"2030-01-01T00:00:00Z\",\"version\":1,"
                    "\"spec_version\":\"1.0.34\",\"targets\":{}}}");
    for (int i = 0; i < 4; i++) {
        unsigned char seed[SIGNER_SEED_BYTES] = {(unsigned char)(i + 1)};
        signers[i] = signer_from_seed(seed);
        buf_clear(&text);
        signer_public(signers[i], &text);
        json_object_set_new(keys, signer_id(signers[i]),
                            json_loads(buf_text(&text), 0, NULL));
    }
    for (; *signatures; signatures++)
        assert_true(signer_sign_metadata(signers[*signatures - 'a'], &file));
    for (; *ids; ids++)
        json_array_append_new(keyids,
                              json_string(signer_id(signers[*ids - 'a'])));
    json_t *role =
        json_pack("{so si}", "keyids", keyids, "threshold", threshold);
    struct metadata *it =
        metadata_read(METADATA_TARGETS, file.data, file.length, &fault);
    assert_non_null(it);
    struct signers by = {.keys = keys, .role = role};
    if (metadata_verify(it, &by, NULL, &fault))
        fault.result = TUF_OK;
    metadata_free(it);
    json_decref(role);
    json_decref(keys);
    for (int i = 0; i < 4; i++)
        signer_free(signers[i]);
    buf_fini(&file);
    buf_fini(&text);
    return fault.result;
}

static void counts_signatures(void **state)
{
    (void)state;
    assert_int_equal(count("a", "a", 1), TUF_OK);
    assert_int_equal(count("ab", "ab", 2), TUF_OK);
    assert_int_equal(count("ba", "abc", 2), TUF_OK);
    assert_int_equal(count("abcd", "b", 1), TUF_OK);
    assert_int_equal(count("", "a", 1), TUF_BAD_SIGNATURE);
    assert_int_equal(count("b", "a", 1), TUF_BAD_SIGNATURE);
    assert_int_equal(count("a", "ab", 2), TUF_BAD_SIGNATURE);
    assert_int_equal(count("ac", "ab", 2), TUF_BAD_SIGNATURE);
    /* signing again replaces, and a key counts once */
    assert_int_equal(count("aa", "ab", 2), TUF_BAD_SIGNATURE);
    assert_int_equal(count("a", "a", 2), TUF_BAD_SIGNATURE);
}

/* One key under two right ids, by an extra field, is still one key. */
static void one_key_counts_once(void **state)
{
    (void)state;
    unsigned char bytes[SIGNER_SIGNATURE_BYTES];
    char ids[2][65];
    struct buf text = {0}, hex = {0};
    struct fault fault = {0};
    struct signer *signer = signer_generate();
    signer_public(signer, &text);
    json_t *values[2] = {json_loads(buf_text(&text), 0, NULL),
                         json_loads(buf_text(&text), 0, NULL)};
    json_object_set_new(values[1], "x", json_integer(1));
    json_t *body = json_pack("{ss ss ss si s{}}", "_type", "targets",
                             "spec_version", "1.0", "expires",
                             "2030-01-01T00:00:00Z", "version", 1, "targets");
    buf_clear(&text);
    canonical_write(body, &text);
    signer_sign(signer, text.data, text.length, bytes);
    hex_encode(bytes, sizeof(bytes), &hex);
    for (int i = 0; i < 2; i++)
        id_of(values[i], ids[i]);
    json_t *keys = json_pack("{sO sO}", ids[0], values[0], ids[1], values[1]);
    json_t *document = json_pack(
        "{so s[{ss ss} {ss ss}]}", "signed", body, "signatures", "keyid",
        ids[0], "sig", buf_text(&hex), "keyid", ids[1], "sig", buf_text(&hex));
    char *file = json_dumps(document, 0);
    struct metadata *it =
        metadata_read(METADATA_TARGETS, file, strlen(file), &fault);
    assert_non_null(it);
    for (int threshold = 1; threshold <= 2; threshold++) {
        json_t *role = json_pack("{s[ss] si}", "keyids", ids[0], ids[1],
                                 "threshold", threshold);
        struct signers by = {.keys = keys, .role = role};
        assert_int_equal(metadata_verify(it, &by, NULL, &fault),
                         threshold == 1);
        json_decref(role);
    }
    metadata_free(it);
    free(file);
    json_decref(document);
    json_decref(keys);
    json_decref(values[0]);
    json_decref(values[1]);
    buf_fini(&text);
    buf_fini(&hex);
    signer_free(signer);
}

/* A root that openssl(1) has signed over a canonical form another program has
 * written, by a P-256 and an RSA key; its strings have what must be escaped. */
static void agrees_with_others(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct fault fault = {0};
    assert_true(
        file_read("tests/fuzz/corpus/metadata/pem.json", 1 << 20, &bytes));
    struct metadata *root =
        metadata_read(METADATA_ROOT, bytes.data, bytes.length, &fault);
    assert_non_null(root);
    struct signers by = metadata_root_signers(root, METADATA_ROOT);
    assert_true(metadata_verify(root, &by, NULL, &fault));
    metadata_free(root);
    buf_fini(&bytes);
}

static void signs_files(void **state)
{
    (void)state;
    struct signer *signer = signer_generate();
    struct buf file = {0};
    buf_puts(&file, "{\"x-note\":\"stays\",\"signed\":{\"n\":1},"
                    "\"signatures\":[{\"keyid\":\"k\",\"sig\":\"\"}]}");
    assert_true(signer_sign_metadata(signer, &file));
    assert_true(signer_sign_metadata(signer, &file));
    json_t *it = json_loads(buf_text(&file), 0, NULL);
    assert_int_equal(json_array_size(json_object_get(it, "signatures")), 2);
    assert_string_equal(json_string_value(json_object_get(it, "x-note")),
                        "stays");
    json_decref(it);
    buf_clear(&file);
    buf_puts(&file, "{\"signed\":1}");
    assert_false(signer_sign_metadata(signer, &file));
    assert_string_equal(buf_text(&file), "{\"signed\":1}");
    buf_fini(&file);
    signer_free(signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifies_ecdsa),
        cmocka_unit_test(verifies_rsa),
        cmocka_unit_test(signs_as_rfc_8032),
        cmocka_unit_test(keeps_seeds),
        cmocka_unit_test(refuses_malformed_keys),
        cmocka_unit_test(recomputes_ids),
        cmocka_unit_test(counts_signatures),
        cmocka_unit_test(one_key_counts_once),
        cmocka_unit_test(agrees_with_others),
        cmocka_unit_test(signs_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
