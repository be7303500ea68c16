/* keyring.c - the private keys at hand. Which role a key belongs to is never
 * told by its file's name: its id, worked out from the .pub beside it, is
 * looked up in the metadata. */
#include "publish_private.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"

enum { PUBLIC_BYTES_MAX = 16 << 10 };

json_t *public_read(const char *path, char id_out[65])
{
    struct buf bytes = {0}, form = {0};
    struct fault fault = {.reason = "cannot be read"};
    json_t *value = NULL;
    if (file_read(path, PUBLIC_BYTES_MAX, &bytes))
        value = canonical_read(bytes.data, bytes.length, &fault);
    if (value) {
        canonical_write(value, &form);
        digest_sha256_hex(form.data, form.length, id_out);
        struct key *key = key_new(id_out, value);
        if (!key) {
            refuse(&fault, TUF_MALFORMED, "no public key that we know");
            json_decref(value);
            value = NULL;
        }
        key_free(key);
    }
    if (!value)
        log_error("publish", "%s: %s", path, fault.reason);
    buf_fini(&bytes);
    buf_fini(&form);
    return value;
}

static void add(struct keyring *ring, const char *folder, const char *name)
{
    struct buf path = {0};
    struct ring_key key = {0};
    const size_t length = strlen(name);
    if (length < 5 || strcmp(name + length - 4, ".pub") != 0)
        return;
    buf_printf(&path, "%s/%s", folder, name);
    key.public = public_read(buf_text(&path), key.id);
    memcpy(path.data + path.length - 4, ".pem", 4);
    if (key.public && access(buf_text(&path), F_OK) == 0) {
        key.pem = xstrdup(buf_text(&path));
        ARRAY_GROW(ring->keys, ring->count, ring->capacity);
        ring->keys[ring->count++] = key;
    } else {
        json_decref(key.public);
    }
    buf_fini(&path);
}

void keyring_open(struct keyring *ring, const struct publish_options *options)
{
    char **names = NULL;
    *ring =
        (struct keyring){.ask = options->ask, .ask_data = options->ask_data};
    if (!options->keys)
        return;
    const size_t count = folder_list(options->keys, &names);
    for (size_t i = 0; i < count; i++)
        add(ring, options->keys, names[i]);
    names_free(names, count);
}

void keyring_close(struct keyring *ring)
{
    for (size_t i = 0; i < ring->count; i++) {
        signer_free(ring->keys[i].signer);
        json_decref(ring->keys[i].public);
        free(ring->keys[i].pem);
    }
    free(ring->keys);
    *ring = (struct keyring){0};
}

static bool names_key(const struct signers *signers, const char *id)
{
    const json_t *ids = json_object_get(signers->role, "keyids"), *one;
    size_t i;
    json_array_foreach(
        ids, i, one) if (!strcmp(json_string_value(one), id)) return true;
    return false;
}

bool keyring_has(const struct keyring *ring, const struct signers *signers)
{
    const json_int_t threshold =
        json_integer_value(json_object_get(signers->role, "threshold"));
    json_int_t found = 0;
    for (size_t i = 0; i < ring->count; i++)
        found += names_key(signers, ring->keys[i].id);
    return found >= threshold;
}

static struct signer *load(struct keyring *ring, struct ring_key *key)
{
    if (!key->signer && !key->broken) {
        key->signer = signer_load(key->pem, ring->ask, ring->ask_data);
        if (key->signer && strcmp(signer_id(key->signer), key->id) != 0) {
            log_error("publish", "%s: not the key of its .pub", key->pem);
            signer_free(key->signer);
            key->signer = NULL;
        }
        key->broken = !key->signer;
    }
    return key->signer;
}

void keyring_sign(struct keyring *ring, const struct signers *signers,
                  struct buf *metadata)
{
    for (size_t i = 0; i < ring->count; i++) {
        struct ring_key *key = &ring->keys[i];
        if (!names_key(signers, key->id))
            continue;
        struct signer *signer = load(ring, key);
        if (signer)
            signer_sign_metadata(signer, metadata);
    }
}
