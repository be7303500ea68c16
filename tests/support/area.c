#include "support/area.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "content/pack.h"
#include "content/sync/sync_private.h"

static const char edition[] =
    "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 1\n"
    "channels:\n  - {id: news, title: 要闻}\n";
static const char home[] =
    "tiles:\n  - {title: 要闻, link: articles/news, style: red}\n";

void area_open(struct area *area, struct repo *repo, const char *role,
               const char *code)
{
    *area = (struct area){
        .repo = repo,
        .role = role,
        .text_bytes = 2000,
        .packs = json_array(),
        .withdraw = json_array(),
    };
    snprintf(area->code, sizeof(area->code), "%s", code);
}

void area_close(struct area *area)
{
    json_decref(area->packs);
    json_decref(area->withdraw);
}

static void pack_name(unsigned from, unsigned to, struct buf *out)
{
    if (from)
        buf_printf(out, "inc-%u-%u", from, to);
    else
        buf_printf(out, "full-%u", to);
}

static void target_name(const struct area *area, unsigned from, unsigned to,
                        struct buf *out)
{
    buf_printf(out, "u/%s/", area->code);
    pack_name(from, to, out);
    buf_puts(out, ".tar.zst");
}

/* One of the pictures of the bundled edition. */
static void read_picture(unsigned day, struct buf *out)
{
    static const char *const names[] = {"calendar", "factory", "hotline",
                                        "scales", "welder"};
    struct buf path = {0};
    buf_printf(&path, "content/edition/media/%s.png",
               names[day % COUNT_OF(names)]);
    if (!file_read(buf_text(&path), 1 << 20, out))
        abort();
    buf_fini(&path);
}

static void add_pictures(struct area *area, struct pack_writer *writer,
                         unsigned from, unsigned to)
{
    for (unsigned day = from + 1; day <= to && area->pictures; day++) {
        struct buf path = {0}, bytes = {0}, name = {0};
        unsigned char hash[32];
        char hex[65];
        read_picture(day, &bytes);
        digest_sha256_hex(bytes.data, bytes.length, hex);
        hex_decode(hex, hash, sizeof(hash));
        buf_printf(&path, "media/day-%03u.png", day);
        buf_printf(&name, "u/%s/media/%s.png", area->code, hex);
        repo_target_bytes(area->repo, area->role, buf_text(&name), bytes.data,
                          bytes.length);
        if (!pack_writer_media(writer, buf_text(&path), hash, bytes.length))
            abort();
        buf_fini(&path);
        buf_fini(&bytes);
        buf_fini(&name);
    }
}

/* Words that do not repeat, so that they do not compress away. */
static void write_text(const struct area *area, unsigned day, struct buf *out)
{
    unsigned seed = day * 7919u + 1;
    buf_printf(out, "---\ntitle: 第%u天\nsource: 工会\ndate: 2026-01-01\n---\n",
               day);
    for (size_t i = 0; i < area->text_bytes / 3; i++) {
        unsigned code = 0x4e00u + (unsigned)rand_r(&seed) % 3000;
        buf_printf(out, "%c%c%c", (int)(0xe0 | code >> 12),
                   (int)(0x80 | (code >> 6 & 63)), (int)(0x80 | (code & 63)));
        if (i % 300 == 299)
            buf_puts(out, "。\n\n");
    }
    buf_printf(out, "。\n\n%s", area->text_suffix ? area->text_suffix : "");
}

static void add_files(struct area *area, struct pack_writer *writer,
                      unsigned from, unsigned to)
{
    bool fine = true;
    for (unsigned day = from + 1; day <= to; day++) {
        struct buf path = {0}, text = {0};
        buf_printf(&path, "articles/news/day-%03u.md", day);
        write_text(area, day, &text);
        fine = fine && pack_writer_file(writer, buf_text(&path), text.data,
                                        text.length);
        buf_fini(&path);
        buf_fini(&text);
    }
    if (!from)
        fine = fine &&
               pack_writer_file(writer, "edition.yaml", edition,
                                strlen(edition)) &&
               pack_writer_file(writer, "home.yaml", home, strlen(home));
    if (!fine)
        abort();
}

static void write_pack(struct area *area, unsigned from, unsigned to,
                       const char *path)
{
    struct pack_info info = {
        .from = from, .to = to, .date = "2026-11-25", .edition = "版"};
    memcpy(info.area, area->code, sizeof(info.area));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    struct pack_writer *writer = pack_writer_open(area->repo->folder, &info);
    if (fd < 0 || !writer)
        abort();
    add_pictures(area, writer, from, to);
    add_files(area, writer, from, to);
    if (!pack_writer_close(writer, fd) || close(fd) != 0)
        abort();
}

void area_pack(struct area *area, unsigned from, unsigned to)
{
    char hash[65];
    struct buf name = {0}, target = {0}, bytes = {0};
    char *path = xstrdup(repo_path(area->repo, "pack.new"));
    write_pack(area, from, to, path);
    if (!file_read(path, 64 << 20, &bytes) || unlink(path) != 0)
        abort();
    pack_name(from, to, &name);
    target_name(area, from, to, &target);
    digest_sha256_hex(bytes.data, bytes.length, hash);
    repo_target_bytes(area->repo, area->role, buf_text(&target), bytes.data,
                      bytes.length);
    json_array_append_new(area->packs,
                          json_pack("{ss si si si ss}", "name", buf_text(&name),
                                    "from", (int)from, "to", (int)to, "length",
                                    (int)bytes.length, "sha256", hash));
    free(path);
    buf_fini(&name);
    buf_fini(&target);
    buf_fini(&bytes);
}

void area_days(struct area *area, unsigned from, unsigned to)
{
    for (unsigned day = from; day < to; day++)
        area_pack(area, day, day + 1);
}

void area_head(struct area *area, unsigned seq)
{
    struct buf name = {0};
    json_t *head =
        json_pack("{si ss si sO sO}", "format", 1, "area", area->code, "seq",
                  (int)seq, "packs", area->packs, "withdraw", area->withdraw);
    char *text = json_dumps(head, 0);
    buf_printf(&name, "u/%s/head.json", area->code);
    repo_target(area->repo, area->role, buf_text(&name), text);
    free(text);
    json_decref(head);
    buf_fini(&name);
}

void area_pack_path(const struct area *area, unsigned from, unsigned to,
                    struct buf *out)
{
    struct buf name = {0};
    target_name(area, from, to, &name);
    const json_t *targets =
        json_object_get(repo_role(area->repo, area->role)->body, "targets");
    const json_t *entry = json_object_get(targets, buf_text(&name));
    repo_target_path(area->repo, buf_text(&name),
                     json_string_value(json_object_get(
                         json_object_get(entry, "hashes"), "sha256")),
                     out);
    buf_fini(&name);
}
