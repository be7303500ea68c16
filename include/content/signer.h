/* signer.h - Ed25519 keys that sign metadata, for the publisher.
 *
 * Verifying needs none of this: the kiosk has no private keys. */
#ifndef CONTENT_SIGNER_H
#define CONTENT_SIGNER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { SIGNER_SEED_BYTES = 32, SIGNER_SIGNATURE_BYTES = 64 };

struct signer; /* opaque: holds the private key, wiped by signer_free */

/* From the system's random numbers. The caller owns the result. */
struct signer *signer_generate(void);
/* The same seed is the same key for ever. */
struct signer *signer_from_seed(const unsigned char seed[SIGNER_SEED_BYTES]);
void signer_seed(const struct signer *signer,
                 unsigned char out[SIGNER_SEED_BYTES]);
void signer_free(struct signer *signer); /* NULL is fine */

/* Key files: the private key as PKCS#8 in PEM, encrypted (AES-256, PBKDF2) when
 * there is a passphrase; the public one beside it, .pub for .pem, as the JSON
 * object of signer_public. */

enum { SIGNER_PASSPHRASE_MAX = 1024 }; /* bytes, with the NUL */
/* Writes the passphrase of that file to out, NUL-terminated; again: it is to be
 * chosen, so it is asked for twice. False: there is none to be had, which it
 * has said. */
typedef bool signer_ask(void *data, const char *path, bool again,
                        char out[SIGNER_PASSPHRASE_MAX]);

/* A new file, mode 0600, and its .pub; a file that is there is never replaced.
 * ask NULL: not encrypted. False: logged. */
bool signer_save(const struct signer *signer, const char *path, signer_ask *ask,
                 void *data);
/* ask is called for an encrypted file only. NULL: logged. */
struct signer *signer_load(const char *path, signer_ask *ask, void *data);

/* 64 hex digits, as TUF 1.0.34, 4.2.1 defines a KEYID; lives as long as the
 * signer. */
const char *signer_id(const struct signer *signer);
/* Appends the public key as the JSON object that stands in root.json. */
void signer_public(const struct signer *signer, struct buf *out);

void signer_sign(const struct signer *signer, const void *message,
                 size_t length, unsigned char out[SIGNER_SIGNATURE_BYTES]);

/* Adds the signer's signature to a metadata file, {"signed": ...,
 * "signatures": [...]}, in place of an earlier one by the same key; the other
 * signatures and unknown fields stay. False, and metadata is as it was, when
 * that is no metadata file (logged). */
bool signer_sign_metadata(const struct signer *signer, struct buf *metadata);

#endif
