/* record.c - what the last generations were made of, beside the database, so
 * that a database that is damaged or gone can be made again.
 *
 *   yichuang generations 1
 *   generation <number> <when>
 *   layer <repository> <area> <seq> <packs in hex or -> <ids, with commas, or
 * -> media <pictures in hex or -> seal <of all lines above, in hex>
 *
 * The oldest generation first. */
#include "install_private.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "content/store/seal.h"

static const char heading[] = "yichuang generations 1\n";
enum { RECORD_BYTES_MAX = 64 << 20 };

struct record_layer record_copy_layer(const struct record_layer *layer)
{
    struct record_layer copy = {.repository = xstrdup(layer->repository),
                                .area = xstrdup(layer->area),
                                .withdrawn = xstrdup(layer->withdrawn),
                                .seq = layer->seq};
    buf_add(&copy.packs, buf_text(&layer->packs), layer->packs.length);
    return copy;
}

void record_fini_layer(struct record_layer *layer)
{
    free(layer->repository);
    free(layer->area);
    free(layer->withdrawn);
    buf_fini(&layer->packs);
    *layer = (struct record_layer){0};
}

void record_fini_generation(struct record_generation *generation)
{
    for (size_t i = 0; i < generation->layer_count; i++)
        record_fini_layer(&generation->layers[i]);
    free(generation->layers);
    buf_fini(&generation->media);
    *generation = (struct record_generation){0};
}

struct record_generation
record_copy_generation(const struct record_generation *generation)
{
    struct record_generation copy = {.number = generation->number,
                                     .layer_count = generation->layer_count};
    memcpy(copy.at, generation->at, sizeof(copy.at));
    copy.layers = xcalloc(copy.layer_count, sizeof(*copy.layers));
    for (size_t i = 0; i < copy.layer_count; i++)
        copy.layers[i] = record_copy_layer(&generation->layers[i]);
    buf_add(&copy.media, buf_text(&generation->media),
            generation->media.length);
    return copy;
}

void record_fini(struct record *record)
{
    for (size_t i = 0; i < record->count; i++)
        record_fini_generation(&record->generations[i]);
    free(record->generations);
    *record = (struct record){0};
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Whole hashes only. */
static bool take_hex(const char *text, struct buf *out)
{
    size_t length = strlen(text);
    if (!strcmp(text, "-"))
        return true;
    if (length % (2 * INSTALL_HASH_BYTES))
        return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = digit(text[i]), low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        buf_putc(out, (char)(high << 4 | low));
    }
    return true;
}

static void put_hex(const struct buf *bytes, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    if (!bytes->length)
        buf_putc(out, '-');
    for (size_t i = 0; i < bytes->length; i++) {
        unsigned char byte = (unsigned char)bytes->data[i];
        buf_putc(out, digits[byte >> 4]);
        buf_putc(out, digits[byte & 15]);
    }
}

static char *replace(const char *text, char from, char to)
{
    char *copy = xstrdup(text);
    for (char *at = copy; *at; at++)
        if (*at == from)
            *at = to;
    return copy;
}

static void put_layer(const struct record_layer *layer, struct buf *out)
{
    char *ids = replace(layer->withdrawn, '\n', ',');
    buf_printf(out, "layer %s %s %" PRIu32 " ", layer->repository, layer->area,
               layer->seq);
    put_hex(&layer->packs, out);
    buf_printf(out, " %s\n", *ids ? ids : "-");
    free(ids);
}

/* The next word of a line, cut off in place; "" at its end. */
static char *take_word(char **at)
{
    char *word = *at;
    *at += strcspn(word, " ");
    if (**at)
        *(*at)++ = 0;
    return word;
}

static bool take_number(const char *word, uint32_t *out)
{
    char *end;
    unsigned long long value = strtoull(word, &end, 10);
    *out = (uint32_t)value;
    return *word && !*end && value <= UINT32_MAX;
}

static bool take_generation(struct record *record, char *line)
{
    uint32_t number;
    if (record->count == INSTALL_GENERATIONS ||
        !take_number(take_word(&line), &number))
        return false;
    record->generations = xrealloc(record->generations, record->count + 1,
                                   sizeof(*record->generations));
    struct record_generation *generation =
        &record->generations[record->count++];
    *generation = (struct record_generation){.number = number};
    snprintf(generation->at, sizeof(generation->at), "%s", line);
    return true;
}

static bool take_layer(struct record *record, char *line)
{
    if (!record->count)
        return false;
    struct record_generation *generation =
        &record->generations[record->count - 1];
    struct record_layer layer = {0};
    layer.repository = xstrdup(take_word(&line));
    layer.area = xstrdup(take_word(&line));
    bool fine = take_number(take_word(&line), &layer.seq) &&
                take_hex(take_word(&line), &layer.packs);
    layer.withdrawn = replace(strcmp(line, "-") ? line : "", ',', '\n');
    generation->layers =
        xrealloc(generation->layers, generation->layer_count + 1,
                 sizeof(*generation->layers));
    generation->layers[generation->layer_count++] = layer;
    return fine;
}

static bool take_media(struct record *record, char *line)
{
    return record->count &&
           take_hex(line, &record->generations[record->count - 1].media);
}

static bool parse(char *text, struct record *out)
{
    static const struct {
        const char *word;
        bool (*take)(struct record *record, char *line);
    } kinds[] = {
        {"generation ", take_generation},
        {"layer ", take_layer},
        {"media ", take_media},
    };
    bool fine = true;
    for (char *line = text, *end; *line && fine; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = 0;
        fine = false;
        for (size_t i = 0; i < COUNT_OF(kinds) && !fine; i++) {
            size_t length = strlen(kinds[i].word);
            if (!strncmp(line, kinds[i].word, length))
                fine = kinds[i].take(out, line + length);
        }
    }
    return fine;
}

/* Cuts the seal off; false when it is another. */
static bool check_seal(struct buf *text)
{
    static const char word[] = "seal ";
    const size_t length = strlen(word) + 16 + 1;
    char *end;
    if (text->length < length + strlen(heading) ||
        strlen(text->data) != text->length ||
        strncmp(text->data, heading, strlen(heading)) != 0)
        return false;
    char *line = text->data + text->length - length;
    uint64_t seal =
        seal_bytes(SEAL_START, text->data, (size_t)(line - text->data));
    if (strncmp(line, word, strlen(word)) != 0 ||
        strtoull(line + strlen(word), &end, 16) != seal)
        return false;
    *line = 0;
    return true;
}

void install_record_read(const char *state, struct record *out)
{
    char *path = database_path(state, "generations");
    struct buf text = {0};
    *out = (struct record){0};
    if (!file_read(path, RECORD_BYTES_MAX, &text)) {
        if (errno != ENOENT)
            log_error("install", "%s: %s", path, strerror(errno));
    } else if (!check_seal(&text) || !parse(text.data + strlen(heading), out)) {
        log_error("install", "%s: damaged", path);
        record_fini(out);
    }
    buf_fini(&text);
    free(path);
}

void record_add(struct record *record, struct record_generation *generation)
{
    while (record->count &&
           record->generations[record->count - 1].number >= generation->number)
        record_fini_generation(&record->generations[--record->count]);
    if (record->count == INSTALL_GENERATIONS) {
        record_fini_generation(&record->generations[0]);
        memmove(record->generations, record->generations + 1,
                --record->count * sizeof(*record->generations));
    }
    record->generations = xrealloc(record->generations, record->count + 1,
                                   sizeof(*record->generations));
    record->generations[record->count++] = *generation;
    *generation = (struct record_generation){0};
}

bool install_record_write(const char *state, const struct record *record)
{
    char *path = database_path(state, "generations");
    char *temporary = database_path(state, "generations.new");
    struct buf text = {0};
    buf_puts(&text, heading);
    for (size_t i = 0; i < record->count; i++) {
        const struct record_generation *generation = &record->generations[i];
        buf_printf(&text, "generation %" PRIu32 " %s\n", generation->number,
                   generation->at);
        for (size_t n = 0; n < generation->layer_count; n++)
            put_layer(&generation->layers[n], &text);
        buf_puts(&text, "media ");
        put_hex(&generation->media, &text);
        buf_putc(&text, '\n');
    }
    buf_printf(&text, "seal %016" PRIx64 "\n",
               seal_bytes(SEAL_START, text.data, text.length));
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool fine = fd >= 0;
    for (size_t at = 0; fine && at < text.length;) {
        ssize_t put = write(fd, text.data + at, text.length - at);
        if (put < 0 && errno == EINTR)
            continue;
        fine = put > 0;
        at += fine ? (size_t)put : 0;
    }
    fine = fine && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        fine = false;
    fine = fine && rename(temporary, path) == 0 && database_sync_folder(state);
    if (!fine)
        log_error("install", "%s: %s", path, strerror(errno));
    buf_fini(&text);
    free(temporary);
    free(path);
    return fine;
}
