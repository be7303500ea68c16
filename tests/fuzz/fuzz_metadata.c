/* fuzz_metadata.c - bytes that claim to be a metadata file, as anybody can
 * send them: parsing, validating, canonical form, signatures, delegations.
 * `make fuzz` runs it; tests/fuzz/corpus/metadata/ is where it starts from. */
#include <string.h>

#include "content/sync/sync_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Whatever can be read again is read as the same value. */
static void check_canonical(const struct buf *message)
{
    struct fault fault = {0};
    struct buf again = {0};
    json_t *value = canonical_read(message->data, message->length, &fault);
    if (!value) /* control characters stand raw in canonical strings */
        return;
    canonical_write(value, &again);
    if (again.length != message->length ||
        memcmp(again.data, message->data, again.length) != 0)
        abort();
    json_decref(value);
    buf_fini(&again);
}

static void follow_delegations(const struct metadata *targets)
{
    static const char *const names[] = {"file1.txt", "u/520115/x", ""};
    struct delegation delegation;
    struct tuf_target target;
    struct fault fault = {0};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t at = 0;
        metadata_target(targets, names[i], &target);
        while (delegation_next(targets, names[i], &at, &delegation)) {
            struct buf encoded = {0};
            name_encode(delegation.name, &encoded);
            if (encoded.length > ROLE_NAME_MAX)
                abort();
            buf_fini(&encoded);
            metadata_verify(targets, &delegation.signers, NULL, &fault);
        }
    }
}

static void use_root(const struct metadata *root)
{
    struct fault fault = {0};
    struct floor floor = {.state = json_object()};
    for (int i = 0; i < METADATA_KIND_COUNT; i++) {
        struct signers signers =
            metadata_root_signers(root, (enum metadata_kind)i);
        metadata_verify(root, &signers, NULL, &fault);
    }
    metadata_consistent_snapshot(root);
    floor_set_online(&floor, root);
    if (floor_online_rotated(&floor, root))
        abort(); /* a root does not rotate its own keys */
    floor_forget(&floor, root);
    floor_fini(&floor);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    for (int kind = 0; kind < METADATA_KIND_COUNT; kind++) {
        struct fault fault = {0};
        struct expected expected;
        struct metadata *it =
            metadata_read((enum metadata_kind)kind, bytes, length, &fault);
        if (!it) {
            if (fault.result == TUF_OK || !*fault.reason)
                abort(); /* a refusal says why */
            continue;
        }
        check_canonical(&it->message);
        metadata_meta(it, "snapshot.json", &expected);
        if (kind == METADATA_ROOT)
            use_root(it);
        if (kind == METADATA_TARGETS)
            follow_delegations(it);
        metadata_free(it);
    }
    return 0;
}
