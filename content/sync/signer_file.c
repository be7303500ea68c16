/* signer_file.c - the publisher's keys on disk. What held a private key or a
 * passphrase is wiped. */
#include "content/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/log.h"
#include "sync_private.h"

enum { KEY_FILE_MAX = 16 << 10 };

/* Always false. */
static bool fail(const char *path, const char *reason)
{
    log_error("signer", "%s: %s", path, reason);
    return false;
}

/* A file that was not there, whole or not at all. */
static bool write_new(const char *path, mode_t mode, const void *bytes,
                      size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return fail(path, strerror(errno));
    bool fine = (keep_bytes(fd, bytes, length) && fsync(fd) == 0) ||
                fail(path, strerror(errno));
    close(fd);
    if (!fine)
        unlink(path);
    return fine;
}

static bool write_public(const struct signer *signer, const char *path)
{
    struct buf text = {0}, name = {0};
    const size_t length = strlen(path);
    const bool pem = length > 4 && !strcmp(path + length - 4, ".pem");
    buf_add(&name, path, pem ? length - 4 : length);
    buf_puts(&name, ".pub");
    signer_public(signer, &text);
    buf_putc(&text, '\n');
    bool fine = write_new(buf_text(&name), 0644, text.data, text.length);
    buf_fini(&text);
    buf_fini(&name);
    return fine;
}

bool signer_save(const struct signer *signer, const char *path, signer_ask *ask,
                 void *data)
{
    unsigned char seed[SIGNER_SEED_BYTES];
    char passphrase[SIGNER_PASSPHRASE_MAX] = "", *text;
    if (ask && !ask(data, path, true, passphrase))
        return false;
    signer_seed(signer, seed);
    EVP_PKEY *key = mem_check(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, NULL, seed, sizeof(seed)));
    OPENSSL_cleanse(seed, sizeof(seed));
    BIO *bio = mem_check(BIO_new(BIO_s_secmem()));
    if (!PEM_write_bio_PKCS8PrivateKey(
            bio, key, ask ? EVP_aes_256_cbc() : NULL, ask ? passphrase : NULL,
            ask ? (int)strlen(passphrase) : 0, NULL, NULL))
        abort(); /* into memory */
    OPENSSL_cleanse(passphrase, sizeof(passphrase));
    EVP_PKEY_free(key);
    const long length = BIO_get_mem_data(bio, &text);
    bool fine = write_new(path, 0600, text, (size_t)length);
    BIO_free(bio);
    if (fine && !write_public(signer, path)) {
        unlink(path);
        fine = false;
    }
    return fine;
}

struct asking {
    const char *path;
    signer_ask *ask;
    void *data;
};

/* For OpenSSL: the length of the passphrase, or -1. */
static int answer(char *out, int size, int writing, void *context)
{
    const struct asking *asking = context;
    char passphrase[SIGNER_PASSPHRASE_MAX] = "";
    int length = -1;
    (void)writing;
    if (asking->ask &&
        asking->ask(asking->data, asking->path, false, passphrase) &&
        strlen(passphrase) <= (size_t)size) {
        length = (int)strlen(passphrase);
        memcpy(out, passphrase, (size_t)length);
    }
    OPENSSL_cleanse(passphrase, sizeof(passphrase));
    return length;
}

static void warn_if_open(const char *path, int fd)
{
    struct stat info;
    if (fstat(fd, &info) == 0 && info.st_mode & 077)
        log_warn("signer", "%s: others may read this private key: chmod 600",
                 path);
}

struct signer *signer_load(const char *path, signer_ask *ask, void *data)
{
    char bytes[KEY_FILE_MAX];
    unsigned char seed[SIGNER_SEED_BYTES];
    size_t length = sizeof(seed);
    struct asking asking = {path, ask, data};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = fd >= 0 ? read(fd, bytes, sizeof(bytes)) : -1;
    if (got < 0) {
        fail(path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    warn_if_open(path, fd);
    close(fd);
    BIO *bio = mem_check(BIO_new_mem_buf(bytes, (int)got));
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, answer, &asking);
    BIO_free(bio);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    ERR_clear_error();
    const bool fine = key && EVP_PKEY_is_a(key, "ED25519") &&
                      EVP_PKEY_get_raw_private_key(key, seed, &length);
    EVP_PKEY_free(key);
    if (!fine) {
        fail(path, "no Ed25519 key, or another passphrase");
        return NULL;
    }
    struct signer *signer = signer_from_seed(seed);
    OPENSSL_cleanse(seed, sizeof(seed));
    return signer;
}
