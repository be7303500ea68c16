/* import.c - signing on machines that the repository is not on: a metadata file
 * travels there and back. */
#include "publish_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/civil.h"
#include "base/file.h"

static bool write_beside(const struct publish_options *options,
                         const char *path, const struct buf *bytes)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    struct fault fault = {0};
    struct keep keep;
    bool fine = keep_open(&keep, folder, &fault) &&
                keep_write(&keep, slash ? slash + 1 : path, bytes->data,
                           bytes->length, &fault);
    keep_close(&keep);
    free(folder);
    return fine || say(options, "写不进去：%s", fault.reason);
}

/* Metadata of any kind. NULL: none. */
static struct metadata *read_any(const struct buf *bytes)
{
    struct metadata *metadata = NULL;
    struct fault fault = {0};
    for (int i = 0; i < METADATA_KIND_COUNT && !metadata; i++)
        metadata = metadata_read((enum metadata_kind)i, bytes->data,
                                 bytes->length, &fault);
    return metadata;
}

bool publish_sign(const struct publish_options *options, const char *file,
                  const char *private_file)
{
    struct buf bytes = {0};
    struct signer *signer = NULL;
    struct metadata *metadata = NULL;
    bool fine = file_read(file, LISTED_BYTES_MAX, &bytes) ||
                say(options, "%s：%s", file, strerror(errno));
    fine = fine && ((metadata = read_any(&bytes)) ||
                    say(options, "%s 不是元数据文件", file));
    fine = fine &&
           ((signer =
                 signer_load(private_file, options->ask, options->ask_data)) ||
            say(options, "%s 打不开：不是私钥，或口令不对", private_file));
    fine = fine && signer_sign_metadata(signer, &bytes) &&
           write_beside(options, file, &bytes);
    if (fine) {
        const struct civil c = civil_from_seconds(metadata->expires);
        say(options,
            "%s：%s 第 %" PRId64 " 版，到 %04d-%02d-%02d 到期，已用 %s 签名",
            file, json_string_value(json_object_get(metadata->body, "_type")),
            metadata->version, c.year, c.month, c.day, private_file);
    }
    metadata_free(metadata);
    signer_free(signer);
    buf_fini(&bytes);
    return fine;
}

/* Adds what other signed; of the same key, the later signature counts. False:
 * all of them were there. */
static bool merge(json_t *document, const json_t *other)
{
    json_t *signatures = json_object_get(document, "signatures");
    json_t *one, *mine = NULL;
    bool changed = false;
    size_t i, n;
    json_array_foreach((json_t *)other, i, one)
    {
        const json_t *id = json_object_get(one, "keyid");
        json_array_foreach(signatures, n,
                           mine) if (json_equal(json_object_get(mine, "keyid"),
                                                (json_t *)id)) break;
        if (n < json_array_size(signatures) && json_equal(mine, one))
            continue;
        if (n < json_array_size(signatures))
            json_array_remove(signatures, n);
        json_array_append(signatures, one);
        changed = true;
    }
    return changed;
}

static bool merge_into(struct publisher *publisher, const char *name,
                       struct metadata *pending, const struct metadata *other)
{
    struct fault fault = {0};
    if (!merge(pending->document, other->signatures))
        return true;
    char *text = mem_check(
        json_dumps(pending->document, JSON_INDENT(1) | JSON_SORT_KEYS));
    struct buf bytes = {0};
    buf_printf(&bytes, "%s\n", text);
    free(text);
    bool fine =
        keep_write(&publisher->pending, name, bytes.data, bytes.length, &fault);
    buf_fini(&bytes);
    return fine || say(publisher->options, "写不进去：%s", fault.reason);
}

/* The pending file that says the same gets its signatures. */
static bool import(struct publisher *publisher, const char *file,
                   const struct metadata *other)
{
    char **names;
    const size_t count = folder_list(publisher->pending_folder, &names);
    bool found = false, fine = true;
    for (size_t i = 0; i < count && !found; i++) {
        struct buf bytes = {0};
        struct metadata *pending = NULL;
        if (keep_read(&publisher->pending, names[i], LISTED_BYTES_MAX, &bytes))
            pending = read_any(&bytes);
        found = pending && pending->message.length == other->message.length &&
                !memcmp(pending->message.data, other->message.data,
                        other->message.length);
        if (found)
            fine = merge_into(publisher, names[i], pending, other);
        metadata_free(pending);
        buf_fini(&bytes);
    }
    names_free(names, count);
    return found ? fine
                 : say(publisher->options,
                       "没有在等 %s 的签名：内容不同，"
                       "或已经用过",
                       file);
}

enum publish_result publish_import(const struct publish_options *options,
                                   const char *file)
{
    struct publisher publisher;
    struct buf bytes = {0};
    struct metadata *other = NULL;
    enum publish_result result = PUBLISH_FAILED;
    if (!file_read(file, LISTED_BYTES_MAX, &bytes))
        say(options, "%s：%s", file, strerror(errno));
    else if (!(other = read_any(&bytes)))
        say(options, "%s 不是元数据文件", file);
    else if (publisher_open(&publisher, options, false)) {
        if (import(&publisher, file, other))
            result = settle(&publisher, false);
        publisher_close(&publisher);
    }
    metadata_free(other);
    buf_fini(&bytes);
    return result;
}
