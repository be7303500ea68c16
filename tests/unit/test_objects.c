/* test_objects.c - what is kept by hash is there whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "content/objects.h"
#include "content/sync/sync_private.h"

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/yichuang-objects-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[96];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

/* folder/path, in a buffer of two that take turns. */
static const char *in(const char *path)
{
    static char paths[2][512];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", folder, path);
    return paths[turn];
}

static const unsigned char *hash_of(const void *bytes, size_t length)
{
    static unsigned char hash[OBJECT_HASH_BYTES];
    char hex[65];
    digest_sha256_hex(bytes, length, hex);
    assert_true(hex_decode(hex, hash, sizeof(hash)));
    return hash;
}

/* Begins, writes what is missing, commits. */
static bool put(struct objects *objects, const void *bytes, size_t length)
{
    struct object_part *part =
        objects_begin(objects, hash_of(bytes, length), length);
    if (!part)
        return false;
    size_t have = (size_t)object_part_have(part);
    if (object_part_write(part, (const char *)bytes + have, length - have))
        return object_part_commit(part);
    object_part_drop(part);
    return false;
}

static void expect(struct objects *objects, const char *text)
{
    struct buf got = {0};
    int fd = objects_fd(objects, hash_of(text, strlen(text)));
    assert_true(fd >= 0);
    buf_reserve(&got, strlen(text) + 1);
    ssize_t length = read(fd, got.data, strlen(text) + 1);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(got.data, text, strlen(text));
    close(fd);
    buf_fini(&got);
}

static struct objects *open_objects(void)
{
    struct objects *objects = objects_open(in("objects"));
    assert_non_null(objects);
    return objects;
}

static void comes_and_goes(void **state)
{
    (void)state;
    struct objects *objects = open_objects();
    assert_int_equal(objects_fd(objects, hash_of("abc", 3)), -1);
    assert_int_equal(objects_fault(objects), OBJECTS_MISSING);
    assert_true(put(objects, "abc", 3));
    assert_true(put(objects, "", 0));
    expect(objects, "abc");
    expect(objects, "");
    assert_true(objects_has(objects, hash_of("abc", 3), 3));
    assert_false(objects_has(objects, hash_of("abc", 3), 4));
    assert_true(objects_verify(objects, hash_of("abc", 3)));
    /* The name is the one that others may rely on: FIPS 180-4, "abc". */
    assert_int_equal(access(in("objects/ba/7816bf8f01cfea414140de5dae2223b00361"
                               "a396177a9cb410ff61f20015ad"),
                            R_OK),
                     0);
    objects_close(objects);
    objects = open_objects();
    expect(objects, "abc");
    assert_true(objects_remove(objects, hash_of("abc", 3)));
    assert_true(objects_remove(objects, hash_of("abc", 3)));
    assert_int_equal(objects_fd(objects, hash_of("abc", 3)), -1);
    assert_true(objects_free_space(objects) > 0);
    objects_close(objects);
}

static void wrong_bytes(void **state)
{
    (void)state;
    unsigned char want[OBJECT_HASH_BYTES];
    memcpy(want, hash_of("right", 5), sizeof(want));
    struct objects *objects = open_objects();
    struct object_part *part = objects_begin(objects, want, 5);
    assert_false(object_part_write(part, "longer", 6));
    assert_true(object_part_write(part, "wrong", 5));
    assert_false(object_part_write(part, "x", 1));
    assert_false(object_part_commit(part));
    assert_int_equal(objects_fault(objects), OBJECTS_WRONG);
    assert_int_equal(objects_fd(objects, want), -1);
    assert_int_equal(objects_staged(objects, want), 0); /* thrown away */
    part = objects_begin(objects, want, 5);
    assert_true(object_part_write(part, "rig", 3));
    assert_false(object_part_commit(part)); /* too few: they stay */
    assert_int_equal(objects_staged(objects, want), 3);
    objects_close(objects);
}

static void carries_on(void **state)
{
    (void)state;
    unsigned char want[OBJECT_HASH_BYTES];
    memcpy(want, hash_of("0123456789", 10), sizeof(want));
    struct objects *objects = open_objects();
    struct object_part *part = objects_begin(objects, want, 10);
    assert_true(object_part_write(part, "0123", 4));
    object_part_drop(part);
    objects_close(objects);

    objects = open_objects(); /* the same boot */
    part = objects_begin(objects, want, 10);
    assert_int_equal(object_part_have(part), 4);
    assert_true(object_part_write(part, "456789", 6));
    assert_true(object_part_commit(part));
    expect(objects, "0123456789");

    /* What was there before was not what it should have been. */
    memcpy(want, hash_of("abcdef", 6), sizeof(want));
    part = objects_begin(objects, want, 6);
    assert_true(object_part_write(part, "xyz", 3));
    object_part_drop(part);
    part = objects_begin(objects, want, 6);
    assert_true(object_part_write(part, "def", 3));
    assert_false(object_part_commit(part));
    part = objects_begin(objects, want, 6);
    assert_int_equal(object_part_have(part), 0);
    object_part_drop(part);

    /* Longer than it can ever be: from the beginning. */
    part = objects_begin(objects, want, 6);
    assert_true(object_part_write(part, "abcdef", 6));
    object_part_drop(part);
    part = objects_begin(objects, want, 5);
    assert_int_equal(object_part_have(part), 0);
    object_part_drop(part);
    objects_close(objects);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int count_in(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void sweeps_other_boots(void **state)
{
    (void)state;
    mkdir(in("objects"), 0755);
    mkdir(in("objects/staging"), 0755);
    mkdir(in("objects/staging/another-boot"), 0755);
    write_file(in("objects/staging/another-boot/a.part"), "a");
    write_file(in("objects/staging/another-boot/b.part"), "b");
    write_file(in("objects/staging/stray"), "c");
    struct objects *objects = open_objects();
    assert_int_equal(count_in(in("objects/staging")), 1); /* of this boot */
    struct object_part *part = objects_begin(objects, hash_of("abc", 3), 3);
    assert_true(object_part_write(part, "a", 1));
    object_part_drop(part);
    objects_clear_staging(objects);
    assert_int_equal(objects_staged(objects, hash_of("abc", 3)), 0);
    objects_close(objects);
}

static void one_writer(void **state)
{
    (void)state;
    struct objects *objects = open_objects();
    assert_null(objects_open(in("objects")));
    objects_close(objects);
    objects_close(open_objects());
    write_file(in("file"), "");
    assert_null(objects_open(in("file")));
    assert_null(objects_open(in("none/objects")));
}

static void scrub_finds_rot(void **state)
{
    (void)state;
    static const char path[] = "objects/ba/7816bf8f01cfea414140de5dae2223b00361"
                               "a396177a9cb410ff61f20015ad";
    struct objects *objects = open_objects();
    assert_true(put(objects, "abc", 3));
    write_file(in(path), "abd");
    assert_false(objects_verify(objects, hash_of("abc", 3)));
    assert_int_equal(objects_fault(objects), OBJECTS_WRONG);
    assert_true(objects_has(objects, hash_of("abc", 3), 3));
    write_file(in(path), ""); /* as a file system does after a power cut */
    assert_false(objects_has(objects, hash_of("abc", 3), 3));
    assert_true(put(objects, "abc", 3)); /* repaired by writing it again */
    assert_true(objects_verify(objects, hash_of("abc", 3)));
    assert_false(objects_verify(objects, hash_of("x", 1)));
    assert_int_equal(objects_fault(objects), OBJECTS_MISSING);
    objects_close(objects);
}

struct seen {
    struct objects *objects;
    size_t count, stop_after;
    uint64_t bytes;
    bool remove;
};

static bool see(void *data, const unsigned char *sha256, uint64_t length)
{
    struct seen *seen = data;
    seen->count++;
    seen->bytes += length;
    if (seen->remove)
        assert_true(objects_remove(seen->objects, sha256));
    return seen->count != seen->stop_after;
}

/* Names that are no hashes, links out of the folder, folders where files should
 * be: none of it is an object, and none of it stops anything. */
static void hostile_names(void **state)
{
    (void)state;
    char name[200];
    struct objects *objects = open_objects();
    unsigned char want[OBJECT_HASH_BYTES];
    memcpy(want, hash_of("abc", 3), sizeof(want));
    assert_true(put(objects, "xyz", 3));
    mkdir(in("objects/ba"), 0755);
    snprintf(name, sizeof(name), "objects/ba/%s",
             "7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(symlink("/etc/passwd", in(name)), 0);
    write_file(in("objects/ba/short"), "x");
    write_file(in("objects/ba/7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB4"
                  "10FF61F20015AD"),
               "x");
    write_file(in("objects/stray"), "x");
    write_file(in("objects/zz"), "x");
    write_file(in("objects/cd"), "a file, not a folder");
    assert_int_equal(objects_fd(objects, want), -1);
    assert_false(objects_has(objects, want, 3));
    struct seen seen = {.objects = objects};
    assert_true(objects_each(objects, see, &seen));
    assert_int_equal(seen.count, 1);
    assert_true(put(objects, "abc", 3)); /* the link gives way */
    expect(objects, "abc");
    assert_true(objects_remove(objects, want));
    assert_int_equal(mkdir(in(name), 0755), 0);
    write_file(in("objects/ba/7816bf8f01cfea414140de5dae2223b00361a396177a9cb41"
                  "0ff61f20015ad/x"),
               "x");
    assert_int_equal(objects_fd(objects, want), -1);
    assert_false(put(objects, "abc", 3));
    assert_int_equal(objects_fault(objects), OBJECTS_BROKEN);
    objects_close(objects);
}

/* An object that is already there: syncing 10,000 would take minutes. */
static void place(const void *bytes, size_t length)
{
    char hex[65], path[128];
    digest_sha256_hex(bytes, length, hex);
    snprintf(path, sizeof(path), "objects/%.2s", hex);
    mkdir(in(path), 0755);
    snprintf(path, sizeof(path), "objects/%.2s/%s", hex, hex + 2);
    FILE *file = fopen(in(path), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void ten_thousand(void **state)
{
    (void)state;
    enum { COUNT = 10000 };
    struct objects *objects = open_objects();
    for (int i = 0; i < COUNT; i++)
        place(&i, sizeof(i));
    struct seen seen = {.objects = objects};
    assert_true(objects_each(objects, see, &seen));
    assert_int_equal(seen.count, COUNT);
    assert_int_equal(seen.bytes, COUNT * sizeof(int));
    seen = (struct seen){.objects = objects, .stop_after = 7};
    assert_false(objects_each(objects, see, &seen));
    assert_int_equal(seen.count, 7);
    seen = (struct seen){.objects = objects, .remove = true};
    assert_true(objects_each(objects, see, &seen));
    assert_int_equal(seen.count, COUNT);
    seen = (struct seen){.objects = objects};
    assert_true(objects_each(objects, see, &seen));
    assert_int_equal(seen.count, 0);
    objects_close(objects);
}

static char big[300000];

/* A limit of the size of files acts as a full disk does: some bytes go in, then
 * none. What went in is carried on with when there is room. */
static void short_writes(void **state)
{
    (void)state;
    memset(big, 'x', sizeof(big));
    struct objects *objects = open_objects();
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 100001;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    bool done = put(objects, big, sizeof(big));
    enum objects_fault fault = objects_fault(objects);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(done);
    assert_int_equal(fault, OBJECTS_FULL);
    assert_int_equal(objects_fd(objects, hash_of(big, sizeof(big))), -1);
    assert_int_equal(objects_staged(objects, hash_of(big, sizeof(big))),
                     100001);
    assert_true(put(objects, big, sizeof(big)));
    assert_true(objects_verify(objects, hash_of(big, sizeof(big))));
    objects_close(objects);
}

static void full_disk(void **state)
{
    (void)state;
    memset(big, 'y', sizeof(big));
    mkdir(in("small"), 0755);
    if (mount("none", in("small"), "tmpfs", 0, "size=200k") != 0) {
        print_message("skipped: no small file system can be mounted\n");
        skip();
    }
    struct objects *objects = objects_open(in("small/objects"));
    assert_non_null(objects);
    assert_true(put(objects, "abc", 3));
    assert_true(objects_free_space(objects) <= 200 << 10);
    bool done = put(objects, big, sizeof(big));
    enum objects_fault fault = objects_fault(objects);
    expect(objects, "abc");
    objects_clear_staging(objects);
    assert_true(put(objects, "after", 5));
    objects_close(objects);
    assert_int_equal(umount(in("small")), 0);
    assert_false(done);
    assert_int_equal(fault, OBJECTS_FULL);
}

/* The parent kills it at one of its system calls. */
static void store_one(void)
{
    struct objects *objects = objects_open(in("objects"));
    if (!objects || !put(objects, "0123456789", 10))
        _exit(2);
    objects_close(objects);
    _exit(0);
}

/* True when the child ended by itself before its nth stop. Every system call
 * stops it twice: before and after. */
static bool kill_at(int nth)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(77);
        raise(SIGSTOP);
        store_one();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    for (int i = 0; i < nth && WIFSTOPPED(status); i++) {
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
            break;
        waitpid(child, &status, 0);
    }
    if (WIFSTOPPED(status)) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return false;
    }
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return true;
}

/* Whenever it is killed: the object is whole or not there, and the next try
 * succeeds with what was left. */
static void killed_at_every_call(void **state)
{
    (void)state;
    int killed = 0;
    const char text[] = "0123456789";
    for (bool ended = false; !ended; killed++) {
        tear_down(NULL);
        set_up(NULL);
        ended = kill_at(killed);
        struct objects *objects = open_objects();
        int fd = objects_fd(objects, hash_of(text, 10));
        if (fd >= 0) {
            close(fd);
            assert_true(objects_verify(objects, hash_of(text, 10)));
        } else {
            assert_false(ended);
        }
        assert_true(put(objects, text, 10));
        expect(objects, text);
        assert_int_equal(objects_staged(objects, hash_of(text, 10)), 0);
        objects_close(objects);
    }
    assert_true(killed > 20); /* it did get killed */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(comes_and_goes),       TEST(wrong_bytes),
        TEST(carries_on),           TEST(sweeps_other_boots),
        TEST(one_writer),           TEST(scrub_finds_rot),
        TEST(hostile_names),        TEST(ten_thousand),
        TEST(short_writes),         TEST(full_disk),
        TEST(killed_at_every_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
