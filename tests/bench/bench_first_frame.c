/* From exec to the first frame on an X server's frame buffer, for any program:
 *
 *   bench_first_frame FBFILE X,Y RRGGBB [X,Y RRGGBB]... -- COMMAND ARG...
 *
 * FBFILE is what `Xvfb -fbdir` maps (an XWD file, XWDFile.h version 7). The
 * command is started and the pixels are watched until all have their colour;
 * prints the milliseconds, then ends the command. Watching the same pixels for
 * us and for a browser needs nobody's word for when it was ready. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MS 20000.0
#define TOLERANCE 6
#define MOST_PIXELS 8

struct frame_buffer {
    const uint8_t *map;
    size_t size, offset, pitch;
};

struct pixel {
    unsigned x, y, colour;
};

static uint32_t word(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static int open_frame_buffer(const char *path, struct frame_buffer *out)
{
    enum {
        HEADER_SIZE = 0,
        BYTES_PER_LINE = 12,
        NCOLORS = 19,
        COLOR_BYTES = 12
    };
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0)
        return -1;
    out->size = (size_t)info.st_size;
    out->map = mmap(NULL, out->size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (out->map == MAP_FAILED)
        return -1;
    out->offset = word(out->map + 4 * HEADER_SIZE) +
                  (size_t)word(out->map + 4 * NCOLORS) * COLOR_BYTES;
    out->pitch = word(out->map + 4 * BYTES_PER_LINE);
    return 0;
}

static int close_to(unsigned a, unsigned b)
{
    for (int shift = 0; shift < 24; shift += 8) {
        int difference = (int)(a >> shift & 255) - (int)(b >> shift & 255);
        if (abs(difference) > TOLERANCE)
            return 0;
    }
    return 1;
}

static int shown(const struct frame_buffer *buffer, const struct pixel *pixel)
{
    size_t at = buffer->offset + pixel->y * buffer->pitch + pixel->x * 4;
    volatile const uint8_t *p = buffer->map + at;
    if (at + 4 > buffer->size)
        return 0;
    return close_to((unsigned)p[2] << 16 | (unsigned)p[1] << 8 | p[0],
                    pixel->colour);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static pid_t start(char **command)
{
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        setpgid(0, 0);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    return child;
}

static void stop(pid_t child)
{
    kill(-child, SIGTERM);
    for (int i = 0; i < 200; i++) {
        if (waitpid(child, NULL, WNOHANG) == child)
            break;
        usleep(10000);
    }
    kill(-child, SIGKILL);
    while (waitpid(-child, NULL, 0) > 0 || errno == EINTR)
        ;
}

int main(int argc, char **argv)
{
    struct frame_buffer buffer;
    struct pixel pixels[MOST_PIXELS];
    int count = 0, at = 2;
    while (at + 1 < argc && strcmp(argv[at], "--") && count < MOST_PIXELS) {
        if (sscanf(argv[at], "%u,%u", &pixels[count].x, &pixels[count].y) != 2)
            return 2;
        pixels[count++].colour = (unsigned)strtoul(argv[at + 1], NULL, 16);
        at += 2;
    }
    if (argc < at + 2 || !count || open_frame_buffer(argv[1], &buffer)) {
        fprintf(
            stderr,
            "usage: bench_first_frame FBFILE X,Y RRGGBB... -- COMMAND...\n");
        return 2;
    }
    double from = now_ms();
    pid_t child = start(argv + at + 1);
    int seen = 0;
    while (seen < count && now_ms() - from < LIMIT_MS) {
        for (seen = 0; seen < count && shown(&buffer, &pixels[seen]);)
            seen++;
        usleep(200);
    }
    double ms = now_ms() - from;
    stop(child);
    if (seen < count) {
        fprintf(stderr, "the frame never came\n");
        return 1;
    }
    printf("%.1f\n", ms);
    return 0;
}
