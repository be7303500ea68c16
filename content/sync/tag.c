/* tag.c - the file .etag: under which name the server knows the timestamp that
 * is kept, so that a kiosk without news moves a few hundred bytes a day.
 *
 * It decides nothing: a server that says "unchanged" can only do what it could
 * by serving the old file again. */
#include "client.h"

#include <string.h>

#include "base/log.h"

static const char file_name[] = ".etag";

/* "<hash of the timestamp> <tag>" */
static void format(const struct buf *timestamp, const char *tag,
                   struct buf *out)
{
    char hash[65];
    digest_sha256_hex(buf_text(timestamp), timestamp->length, hash);
    buf_printf(out, "%s %s", hash, tag);
}

/* What may stand in a header line and has come in one. */
static bool is_tag(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

void tag_load(const struct keep *keep, const struct buf *timestamp,
              char out[FETCH_TAG_MAX])
{
    struct buf bytes = {0}, start = {0};
    *out = 0;
    format(timestamp, "", &start);
    if (timestamp->length &&
        keep_read(keep, file_name, start.length + FETCH_TAG_MAX - 1, &bytes) &&
        !strncmp(buf_text(&bytes), start.data, start.length) &&
        is_tag(bytes.data + start.length))
        snprintf(out, FETCH_TAG_MAX, "%s", bytes.data + start.length);
    buf_fini(&bytes);
    buf_fini(&start);
}

void tag_save(const struct keep *keep, const struct buf *timestamp,
              const char *tag)
{
    char old[FETCH_TAG_MAX];
    struct buf line = {0};
    struct fault fault = {0};
    tag_load(keep, timestamp, old);
    if (strcmp(old, tag) == 0)
        return;
    format(timestamp, tag, &line);
    if (!keep_write(keep, file_name, line.data, line.length, &fault))
        log_warn("tuf", "%s", fault.reason);
    buf_fini(&line);
}
