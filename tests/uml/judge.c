/* judge.c - what is in a kiosk's state folder, in one line:
 *
 *     judge STATE     "none", or the sum of all that it shows
 *
 * The sum is of the text that served_dump makes: two folders with the same sum
 * show the same. Exit status 1, with the reason, when the store does not open
 * it, a row does not have the hash it carries, or an object is gone that what
 * is shown was made of: what install_scrub finds, which mends it, so ask
 * once. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "content/install.h"
#include "content/objects.h"
#include "content/round.h"
#include "content/store.h"
#include "support/served.h"

static bool opens(const char *database)
{
    enum store_error error;
    struct store *store = store_open(database, &error);
    if (!store)
        printf("the store does not open it: %d\n", (int)error);
    store_close(store);
    return store;
}

static bool is_sound(const char *state, const char *folder)
{
    struct objects *objects = objects_open(folder);
    struct install_objects through;
    struct install_report report;
    if (!objects) {
        puts("the objects do not open");
        return false;
    }
    round_objects(objects, &through);
    enum install_result result = install_scrub(state, &through, NULL, &report);
    bool fine = result == INSTALL_NOTHING_NEW && report.damaged == 0;
    if (!fine)
        printf("%s, %zu damaged, %zu objects missing\n",
               install_result_english(result), report.damaged,
               report.missing.length / INSTALL_HASH_BYTES);
    install_report_fini(&report);
    objects_close(objects);
    return fine;
}

/* FNV-1a, 64 bits: nobody here means to deceive. */
static uint64_t sum_of(const struct buf *text)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text->length; i++)
        sum = (sum ^ (unsigned char)text->data[i]) * UINT64_C(1099511628211);
    return sum;
}

int main(int argc, char **argv)
{
    struct buf database = {0}, objects = {0}, shown = {0};
    bool fine = true;
    if (argc != 2)
        return 2;
    buf_printf(&database, "%s/content.db", argv[1]);
    buf_printf(&objects, "%s/objects", argv[1]);
    if (access(buf_text(&database), F_OK) != 0) {
        puts("none");
    } else {
        /* In this order: as a start does it, the service before the kiosk. */
        fine = install_recover(argv[1]) && opens(buf_text(&database)) &&
               is_sound(argv[1], buf_text(&objects));
        if (fine) {
            served_dump(buf_text(&database), &shown);
            printf("%016" PRIx64 "\n", sum_of(&shown));
        }
    }
    buf_fini(&database);
    buf_fini(&objects);
    buf_fini(&shown);
    return fine ? 0 : 1;
}
