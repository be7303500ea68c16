/* pack.h - packs: what changed of an edition between two of its sequence
 * numbers, in one file.
 *
 * A pack is a tar archive in one zstd frame. The archive holds, in this order,
 *     .pack.json   what struct pack_info says, as JSON with "format": 1
 *     .removed     paths gone since `from`, one a line
 *     .media       "<sha256> <bytes> <path>" a line for each picture that was
 *                  added or changed; its bytes are a target of their own
 *     the changed files, sorted by the bytes of their paths, no path twice;
 * the lines of .removed and .media are sorted by path too. A full pack is one
 * from 0. The frame carries its content size and checksum and needs a window
 * of at most 8 MiB.
 *
 * Only POSIX ustar headers are read, and only the one header that our writer
 * would write for a path and a length: 0644, nobody's, 1970. That is less code
 * than calling a library for archives, and nothing of what such a library
 * accepts besides, such as links, devices, sparse files or long names by two
 * other conventions, has to be refused one by one. `zstd -d | tar x` reads a
 * pack.
 *
 * A path has at most 255 bytes and no component that begins with a dot; its
 * last component has at most 100 bytes (ustar). Allowed are ASCII letters and
 * digits, . _ -, and other characters of UTF-8 but controls, marks of direction
 * and general punctuation: what looks alike or like nothing names no file. */
#ifndef CONTENT_PACK_H
#define CONTENT_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACK_FILES_MAX 100000                /* lines of a list, too */
#define PACK_FILE_BYTES_MAX (8u << 20)       /* of one file, list or picture */
#define PACK_BYTES_MAX (UINT64_C(512) << 20) /* of all files, unpacked */
#define PACK_PATH_MAX 255                    /* bytes */

struct pack_info {
    uint32_t from, to;   /* sequence numbers, from < to */
    char area[7];        /* six digits */
    char date[11];       /* "2026-11-25": the day it was made, in China */
    size_t files;        /* changed ones; lists and pictures do not count */
    uint64_t bytes;      /* of all these files together */
    const char *edition; /* its title, UTF-8; borrowed, never NULL */
};

/* What is called as a pack is read, in the order of the file. Whoever returns
 * false stops the reading. What is pointed to lives until the call returns; a
 * function that is NULL is not called. Until pack_read has returned PACK_OK,
 * all this is hearsay: the last byte may still prove the pack damaged. */
struct pack_visitor {
    void *data;
    bool (*info)(void *data, const struct pack_info *info);
    bool (*removed)(void *data, const char *path);
    bool (*media)(void *data, const char *path, const unsigned char sha256[32],
                  uint64_t length);
    /* The whole file; a NUL follows its bytes. */
    bool (*file)(void *data, const char *path, const void *bytes,
                 size_t length);
};

enum pack_result {
    PACK_OK,
    PACK_DAMAGED,    /* not what the writer writes */
    PACK_TOO_LARGE,  /* beyond a limit above */
    PACK_UNREADABLE, /* the file cannot be read: the disk, or a stick */
    PACK_STOPPED,    /* by the visitor */
};

/* Reads fd from where it stands to its end; does not close it. After anything
 * but PACK_OK, reason is one phrase of English; nothing is logged. Needs the
 * window (8 MiB), one file and its path, whatever the pack claims. */
enum pack_result pack_read(int fd, const struct pack_visitor *visitor,
                           char reason[256]);

/* Whether a path may stand in a pack. */
bool pack_path_is_fine(const char *path);

/* Writing: open, then everything removed, all media and all files, each in
 * the order of their paths' bytes, then close. The same calls make the same
 * bytes with the same version of libzstd. */
struct pack_writer;

/* Of info, files and bytes are counted by the writer and need not be set. What
 * is written is gathered in a file without a name in folder. NULL: logged. */
struct pack_writer *pack_writer_open(const char *folder,
                                     const struct pack_info *info);
/* False, here and at close, after a path that is not fine, out of order, or
 * beyond a limit, and on a full disk (logged once). */
bool pack_writer_removed(struct pack_writer *writer, const char *path);
bool pack_writer_media(struct pack_writer *writer, const char *path,
                       const unsigned char sha256[32], uint64_t length);
bool pack_writer_file(struct pack_writer *writer, const char *path,
                      const void *bytes, size_t length);
/* Writes the pack to fd, which stays open and is not synced; -1 gives up.
 * Frees the writer in any case. */
bool pack_writer_close(struct pack_writer *writer, int fd);

#endif
