/* digest.c - hashes, hex, names that are safe in URLs and file names. */
#include "sync_private.h"

#include <openssl/evp.h>
#include <string.h>

const struct digest_info digest_infos[TUF_DIGEST_COUNT] = {
    [DIGEST_SHA256] = {"sha256", 32},
    [DIGEST_SHA512] = {"sha512", 64},
};

struct digest {
    EVP_MD_CTX *contexts[TUF_DIGEST_COUNT];
};

void hex_encode(const void *bytes, size_t length, struct buf *out)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        buf_printf(out, "%02x", at[i]);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(const char *hex, unsigned char *out, size_t length)
{
    if (strlen(hex) != length * 2)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void name_encode(const char *name, struct buf *out)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    for (const char *at = name; *at; at++)
        if (strchr(unreserved, *at))
            buf_putc(out, *at);
        else
            buf_printf(out, "%%%02X", (unsigned char)*at);
}

static const EVP_MD *algorithm(int kind)
{
    return kind == DIGEST_SHA512 ? EVP_sha512() : EVP_sha256();
}

struct digest *digest_new(void)
{
    struct digest *digest = xcalloc(1, sizeof(*digest));
    for (int i = 0; i < TUF_DIGEST_COUNT; i++) {
        digest->contexts[i] = mem_check(EVP_MD_CTX_new());
        if (!EVP_DigestInit_ex(digest->contexts[i], algorithm(i), NULL))
            abort(); /* every libcrypto has both */
    }
    return digest;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
    for (int i = 0; i < TUF_DIGEST_COUNT; i++)
        EVP_DigestUpdate(digest->contexts[i], bytes, length);
}

void digest_finish(struct digest *digest,
                   unsigned char out[TUF_DIGEST_COUNT][TUF_DIGEST_MAX])
{
    for (int i = 0; i < TUF_DIGEST_COUNT; i++)
        EVP_DigestFinal_ex(digest->contexts[i], out[i], NULL);
}

void digest_free(struct digest *digest)
{
    for (int i = 0; i < TUF_DIGEST_COUNT; i++)
        EVP_MD_CTX_free(digest->contexts[i]);
    free(digest);
}

void digest_sha256_hex(const void *bytes, size_t length, char out[65])
{
    unsigned char value[32];
    EVP_Digest(bytes, length, value, NULL, EVP_sha256(), NULL);
    for (size_t i = 0; i < sizeof(value); i++)
        snprintf(out + 2 * i, 3, "%02x", value[i]);
}

bool expected_digests(const bool listed[TUF_DIGEST_COUNT],
                      unsigned char want[TUF_DIGEST_COUNT][TUF_DIGEST_MAX],
                      unsigned char have[TUF_DIGEST_COUNT][TUF_DIGEST_MAX])
{
    for (int i = 0; i < TUF_DIGEST_COUNT; i++)
        if (listed[i] && memcmp(want[i], have[i], digest_infos[i].length) != 0)
            return false;
    return true;
}

bool expected_bytes(const struct expected *expected, const void *bytes,
                    size_t length, struct fault *fault)
{
    unsigned char have[TUF_DIGEST_COUNT][TUF_DIGEST_MAX];
    struct expected want = *expected;
    if (want.length >= 0 && (uint64_t)want.length != length)
        return refuse(fault, TUF_BAD_LENGTH,
                      "%zu bytes where %lld are announced", length,
                      (long long)want.length);
    struct digest *digest = digest_new();
    digest_add(digest, bytes, length);
    digest_finish(digest, have);
    digest_free(digest);
    return expected_digests(want.listed, want.digests, have) ||
           refuse(fault, TUF_BAD_HASH, "not the hash that is announced");
}
