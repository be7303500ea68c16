/* signing.c - see signing.h. A passphrase comes from the first line of a file,
 * or from the terminal without being shown. */
#include "signing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

enum { SHORTEST = 8 };

/* One line without its end; false at the end of the file, or too long. */
static bool read_line(int fd, char out[SIGNER_PASSPHRASE_MAX])
{
    size_t length = 0;
    char c;
    while (length + 1 < SIGNER_PASSPHRASE_MAX) {
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || c == '\n') {
            out[length] = 0;
            return got > 0 || length > 0;
        }
        out[length++] = c;
    }
    return false;
}

static bool ask_file(const char *file, char out[SIGNER_PASSPHRASE_MAX])
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    const bool fine = fd >= 0 && read_line(fd, out);
    if (!fine)
        log_error("keys", "%s: no passphrase in it", file);
    if (fd >= 0)
        close(fd);
    return fine;
}

static bool ask_once(int terminal, const char *what, const char *path,
                     char out[SIGNER_PASSPHRASE_MAX])
{
    struct termios before, quiet;
    const bool is_terminal = tcgetattr(terminal, &before) == 0;
    dprintf(terminal, "%s（%s）：", what, path);
    if (is_terminal) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(terminal, TCSAFLUSH, &quiet);
    }
    const bool fine = read_line(terminal, out);
    if (is_terminal)
        tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    return fine;
}

static bool ask_terminal(const char *path, bool again,
                         char out[SIGNER_PASSPHRASE_MAX])
{
    char second[SIGNER_PASSPHRASE_MAX];
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        log_error("keys", "%s: no terminal to ask for the passphrase", path);
        return false;
    }
    bool fine =
        ask_once(terminal, again ? "新私钥的口令" : "私钥的口令", path, out);
    if (fine && again) {
        fine = ask_once(terminal, "再输一次", path, second) &&
               !strcmp(out, second);
        explicit_bzero(second, sizeof(second));
        if (!fine)
            dprintf(terminal, "两次不一样\n");
    }
    close(terminal);
    return fine;
}

static bool ask(void *data, const char *path, bool again,
                char out[SIGNER_PASSPHRASE_MAX])
{
    const struct signing *signing = data;
    if (!(signing->passphrase_file ? ask_file(signing->passphrase_file, out)
                                   : ask_terminal(path, again, out)))
        return false;
    if (again && strlen(out) < SHORTEST) {
        log_error("keys", "%s: a passphrase has at least %d bytes", path,
                  SHORTEST);
        return false;
    }
    return true;
}

void signing_open(struct signing *signing, const char *repository)
{
    size_t length = strlen(repository);
    while (length > 1 && repository[length - 1] == '/')
        length--;
    buf_printf(&signing->default_keys, "%.*s.keys", (int)length, repository);
    signing->options = (struct publish_options){
        .repository = repository,
        .keys =
            signing->keys ? signing->keys : buf_text(&signing->default_keys),
        .now = (int64_t)time(NULL),
        .ask = ask,
        .ask_data = signing,
        .said = &signing->said,
    };
}

int signing_finish(struct signing *signing, bool fine)
{
    fputs(buf_text(&signing->said), fine ? stdout : stderr);
    buf_fini(&signing->said);
    buf_fini(&signing->default_keys);
    return fine ? CTL_OK : CTL_FAULTS;
}

int signing_close(struct signing *signing, enum publish_result result)
{
    static const char *const words[] = {
        [PUBLISH_DONE] = "已发布\n",
        [PUBLISH_SAME] = "没有变化，什么也没有动\n",
        [PUBLISH_PENDING] =
            "等待签名：keys sign 签好 pending 里的文件，keys import 拿回来\n",
        [PUBLISH_FAILED] = "没有发布\n",
    };
    buf_puts(&signing->said, words[result]);
    return signing_finish(signing, result != PUBLISH_FAILED);
}
