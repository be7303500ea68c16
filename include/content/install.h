/* install.h - verified packs become what the kiosk shows.
 *
 * A layer is one area of one repository. What stands at a path of the edition
 * is the file of the most specific layer that has one: the longest area without
 * its zeros at the end, then the first in the caller's order. Channels and
 * topics are those of all layers; links lead to whatever is on board, and
 * become plain text where nothing is. A withdrawn id disappears from its own
 * layer and from less specific ones, with all below it (a listing, an issue).
 *
 * The state folder holds content.db, the store, and generations, the record of
 * what the last generations were made of. An import is one transaction in
 * content.db: only what changed is compiled and written, and the generation's
 * number and the layers' sequence numbers change with it. It is made whole, in
 * a new file that takes the old one's place, when there is none yet, when it is
 * of another version or damaged, when layers come, go or change places, and
 * for going back. Whatever fails, the old generation stays.
 *
 * One process writes, and one thread of it. Faults of the disk and the database
 * are logged; what is wrong with content is one line in the log and all of it
 * in the report. */
#ifndef CONTENT_INSTALL_H
#define CONTENT_INSTALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/pack.h"

enum { INSTALL_HASH_BYTES = 32, INSTALL_GENERATIONS = 3 };

/* Where verified bytes are, by their SHA-256. */
struct install_objects {
    void *data;
    /* As pack_read; PACK_UNREADABLE also when it is not there. */
    enum pack_result (*read_pack)(void *data, const unsigned char *sha256,
                                  const struct pack_visitor *visitor,
                                  char reason[256]);
    /* Appends the whole object, whose hash it has checked again; false when it
     * is not there, damaged or longer. */
    bool (*read)(void *data, const unsigned char *sha256, size_t limit,
                 struct buf *out);
};

struct install_layer {
    const char *repository, *area; /* "guizhou", "520103"; 000000 is for all */
    uint32_t seq;                  /* after the packs */
    const char *const *withdrawn;  /* all of them, ids */
    size_t withdrawn_count;
    bool withdrawn_stays; /* instead of those: what is withdrawn on board */
    /* To apply, in order: from what is on board, or from nothing. */
    const unsigned char (*packs)[INSTALL_HASH_BYTES];
    size_t pack_count;
};

enum install_phase {
    INSTALL_READING,   /* packs */
    INSTALL_COMPILING, /* files */
    INSTALL_WRITING    /* once more in one go; cannot be stopped */
};

/* NULL, or as often as something was done; false stops the import. */
struct install_progress {
    void *data;
    bool (*step)(void *data, enum install_phase phase, size_t done,
                 size_t total);
};

enum install_result {
    INSTALL_DONE,
    INSTALL_NOTHING_NEW,
    INSTALL_BAD_CONTENT, /* what was signed cannot be shown: report.faults */
    INSTALL_MISSING,     /* objects are gone or damaged: report.missing */
    INSTALL_NO_SPACE,    /* report.space_missing */
    INSTALL_DISK,        /* the disk or the database failed, or is in use */
    INSTALL_STOPPED,
    INSTALL_RESULT_COUNT
};
const char *install_result_english(enum install_result result);

struct install_report {
    uint32_t generation; /* on board now; 0: none */
    bool whole;          /* the database was made anew */
    size_t compiled;     /* items */
    struct buf faults;   /* lines as yichuangctl check writes them */
    size_t fault_count;
    uint64_t space_missing; /* bytes */
    struct buf missing;     /* hashes, 32 bytes each: to be fetched again */
    size_t damaged;         /* what a scrub found: rows, pages, indexes */
};
void install_report_fini(struct install_report *report);

/* For the start, before the kiosk is started: moves what was committed before
 * the power went into the file. The kiosk reads a log that was left behind,
 * too, but for one that was just begun. False when there is no database that
 * can be used (logged): install_scrub makes it again. */
bool install_recover(const char *state);

/* Makes these layers, which are all there are, what the kiosk shows. Withdrawn
 * ids are gone for good before anything else is tried, unless nothing at all
 * can be written. The report is filled in any case; the caller ends it. */
enum install_result install_apply(const char *state,
                                  const struct install_objects *objects,
                                  const struct install_layer *layers,
                                  size_t count,
                                  const struct install_progress *progress,
                                  struct install_report *report);

/* What is on board of an area: false when there is nothing, or it cannot be
 * read, so that it has to come from nothing (install_apply then makes
 * everything whole). */
bool install_seq(const char *state, const char *repository, const char *area,
                 uint32_t *seq_out);

/* The latest of an area that could be shown again and is not above most. Where
 * that is above
 * install_seq somebody went back from it, and nothing but a later one takes its
 * place by itself. 0: none. */
uint32_t install_latest_seq(const char *state, const char *repository,
                            const char *area, uint32_t most);

/* A generation that can be returned to. Texts live in the arena. */
struct install_generation {
    uint32_t number;
    const char *at; /* when it was installed: "2026-11-25T08:00:00" */
    bool on_board;  /* this is the one that is shown */
};
/* The latest first; how many. */
size_t install_generations(const char *state, struct arena *arena,
                           struct install_generation out[INSTALL_GENERATIONS]);

/* Shows an earlier generation's content again, as a new generation. What is
 * withdrawn now stays withdrawn. */
enum install_result install_rollback(const char *state,
                                     const struct install_objects *objects,
                                     uint32_t generation,
                                     const struct install_progress *progress,
                                     struct install_report *report);

/* Reads everything in content.db. Damage, even of one byte, is a reason to make
 * it anew from the objects. INSTALL_NOTHING_NEW: there was none. Takes as long
 * as reading the file; once a week is enough. */
enum install_result install_scrub(const char *state,
                                  const struct install_objects *objects,
                                  const struct install_progress *progress,
                                  struct install_report *report);

/* Calls keep for each object that a kept generation is made of, some of them
 * twice; what is not among them may be removed. False when that is not known:
 * nothing may be removed then. */
bool install_each_object(const char *state,
                         void (*keep)(void *data, const unsigned char *sha256),
                         void *data);

#endif
