/* install_stub.c - stands in for the import until it is merged: notes which
 * sequence numbers were installed, nothing else. */
#include "content/install.h"

#include "sync_private.h"

static void path_of(const char *state, struct buf *out)
{
    buf_printf(out, "%s/installed.json", state);
}

static json_t *load(const char *state)
{
    struct buf path = {0};
    path_of(state, &path);
    json_t *it = json_load_file(buf_text(&path), 0, NULL);
    buf_fini(&path);
    return it ? it : json_object();
}

const char *install_result_english(enum install_result result)
{
    return result == INSTALL_DONE ? "done" : "not done";
}

void install_report_fini(struct install_report *report)
{
    buf_fini(&report->faults);
    buf_fini(&report->missing);
}

enum install_result install_apply(const char *state,
                                  const struct install_objects *objects,
                                  const struct install_layer *layers,
                                  size_t count,
                                  const struct install_progress *progress,
                                  struct install_report *report)
{
    struct buf path = {0};
    json_t *before = load(state), *now = json_object();
    enum install_result result = INSTALL_DONE;
    for (size_t i = 0; i < count; i++) {
        char key[128];
        const struct install_layer *layer = &layers[i];
        json_t *withdrawn = json_array();
        snprintf(key, sizeof(key), "%s/%s", layer->repository, layer->area);
        for (size_t j = 0; j < layer->withdrawn_count; j++)
            json_array_append_new(withdrawn, json_string(layer->withdrawn[j]));
        json_object_set_new(now, key,
                            json_pack("{si so}", "seq", (int)layer->seq,
                                      "withdrawn", withdrawn));
        for (size_t j = 0; j < layer->pack_count; j++) {
            char reason[256];
            const struct pack_visitor visitor = {0};
            if (objects->read_pack(objects->data, layer->packs[j], &visitor,
                                   reason) == PACK_OK)
                continue;
            buf_add(&report->missing, layer->packs[j], 32);
            result = INSTALL_MISSING;
        }
        if (progress &&
            !progress->step(progress->data, INSTALL_READING, i, count))
            result = INSTALL_STOPPED;
    }
    if (result == INSTALL_DONE && json_equal(before, now))
        result = INSTALL_NOTHING_NEW;
    path_of(state, &path);
    if (result == INSTALL_DONE)
        json_dump_file(now, buf_text(&path), 0);
    json_decref(before);
    json_decref(now);
    buf_fini(&path);
    return result;
}

bool install_seq(const char *state, const char *repository, const char *area,
                 uint32_t *seq_out)
{
    char key[128];
    json_t *it = load(state);
    snprintf(key, sizeof(key), "%s/%s", repository, area);
    json_t *layer = json_object_get(it, key);
    *seq_out = (uint32_t)json_integer_value(json_object_get(layer, "seq"));
    bool found = layer != NULL;
    json_decref(it);
    return found;
}

bool install_each_object(const char *state,
                         void (*keep)(void *data, const unsigned char *sha256),
                         void *data)
{
    (void)state, (void)keep, (void)data;
    return false;
}
