/* window.c - SDL's events become struct input; sleeping without polling.
 *
 * SDL_WaitEvent wakes up a thousand times a second on most backends, so the
 * sleep is ours: poll(2) on what SDL itself reads from. That is the connection
 * to the X server or the compositor, or, on a bare console, the input devices,
 * opened a second time just to be woken by them. */
#include <SDL.h>
#include <SDL_syswm.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/snapshot.h"
#include "ui/window.h"

enum {
    FINGERS = 10,
    DEVICES = 16,
    /* A palm at rest, or a finger whose release the panel lost, must not lock
     * the kiosk: after this long without a word it does not count as down. */
    SILENT_MS = 5000,
    TICK_TOUCHED_MS = 16, /* where nothing wakes us */
    TICK_IDLE_MS = 100,
    PUSHED_TOUCH = 0x59434B, /* device of window_push_finger */
};

/* A raw coordinate this far out is a panel's edge; further out it is no
 * position at all. */
static const float SLACK = 0.5f;

struct finger {
    SDL_TouchID touch;
    SDL_FingerID id;
    uint64_t seen_ms;
    int number; /* 0: it came down alone, as the pointer */
    int x, y;
};

/* The one pointer the rest of the program knows. */
struct pointer {
    enum { POINTER_UP, POINTER_FINGER, POINTER_MOUSE } state;
    SDL_TouchID touch; /* of a finger */
    SDL_FingerID id;
    int x, y;
};

struct window {
    const struct presenter *presenter;
    void *display;
    struct pointer pointer;
    struct finger fingers[FINGERS]; /* down, the pointer's included */
    size_t finger_count;
    struct pollfd wakers[1 + DEVICES];
    size_t waker_count;
    bool watches_devices; /* wakers[0] tells of new ones */
    int watched;          /* the caller's descriptor, or -1 */
    bool fullscreen, cursor_hidden, bad_panel_logged, pumped, follows;
    bool clock_set;
    uint64_t clock_ms;
    struct input next; /* one event may mean two inputs */
};

/* --- Opening ------------------------------------------------------------ */

/* Everything else SDL has to say is dropped at its door. */
static int wanted(void *unused, SDL_Event *event)
{
    (void)unused;
    switch (event->type) {
    case SDL_QUIT:
    case SDL_WINDOWEVENT:
    case SDL_KEYDOWN:
    case SDL_MOUSEMOTION:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
    case SDL_FINGERDOWN:
    case SDL_FINGERUP:
    case SDL_FINGERMOTION:
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        return 1;
    default:
        return 0;
    }
}

static bool open_sdl(bool headless)
{
    static const struct {
        const char *name, *value;
    } hints[] = {
        {SDL_HINT_TOUCH_MOUSE_EVENTS, "0"},
        {SDL_HINT_MOUSE_TOUCH_EVENTS, "0"},
        /* When the screen sleeps is for whoever set the machine up. */
        {SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1"},
        {SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0"},
    };
    for (size_t i = 0; i < COUNT_OF(hints); i++)
        SDL_SetHint(hints[i].name, hints[i].value);
    if (headless)
        SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "dummy",
                                SDL_HINT_OVERRIDE);
    else
        SDL_ResetHint(SDL_HINT_VIDEODRIVER);
    /* Xlib would read a compose table of a quarter megabyte for keys nobody
     * has: half of what starting SDL costs. */
    setenv("XCOMPOSEFILE", "/dev/null", 0);
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        log_error("window", "no display: %s", SDL_GetError());
        return false;
    }
    /* SDL draws for nobody rather than fail; we would not know. */
    if (!headless && !SDL_GetHint(SDL_HINT_VIDEODRIVER) &&
        strcmp(SDL_GetCurrentVideoDriver(), "offscreen") == 0) {
        log_error("window", "no display: neither X11, Wayland nor KMS");
        SDL_Quit();
        return false;
    }
    SDL_SetEventFilter(wanted, NULL);
    SDL_StopTextInput();
    return true;
}

static void hide_cursor(struct window *window)
{
    if (window->cursor_hidden || !window->fullscreen)
        return;
    window->cursor_hidden = true;
    SDL_ShowCursor(SDL_DISABLE);
}

static void open_wakers(struct window *window);

struct window *window_open(const struct window_options *options)
{
    struct presenter_options wish = {
        .width = options->width,
        .height = options->height,
        .headless = options->headless,
        .title = options->title,
    };
    if (!open_sdl(options->headless))
        return NULL;
    struct window *window = xcalloc(1, sizeof(*window));
    window->presenter = &presenter_sdl;
    window->fullscreen = options->width <= 0 || options->height <= 0;
    window->display = window->presenter->open(&wish);
    if (!window->display) {
        window_close(window);
        return NULL;
    }
    if (SDL_GetNumTouchDevices() > 0)
        hide_cursor(window);
    window->watched = -1;
    open_wakers(window);
    return window;
}

static void close_devices(struct window *window)
{
    for (size_t i = 1; i < window->waker_count; i++)
        close(window->wakers[i].fd);
    window->waker_count = 1;
}

void window_close(struct window *window)
{
    if (!window)
        return;
    if (window->watches_devices) {
        close_devices(window);
        close(window->wakers[0].fd);
    }
    window->presenter->close(window->display);
    free(window);
    SDL_Quit();
}

/* --- Time and sleep ----------------------------------------------------- */

uint64_t window_clock_ms(const struct window *window)
{
    struct timespec now;
    if (window->clock_set)
        return window->clock_ms;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void window_set_clock(struct window *window, uint64_t ms)
{
    window->clock_set = true;
    window->clock_ms = ms;
}

static void add_waker(struct window *window, int fd)
{
    if (fd >= 0)
        window->wakers[window->waker_count++] =
            (struct pollfd){.fd = fd, .events = POLLIN};
}

static int wayland_fd(struct wl_display *display)
{
    /* SDL has the library loaded; asking it saves us linking to it. */
    void *library = SDL_LoadObject("libwayland-client.so.0");
    int (*get_fd)(struct wl_display *) = NULL;
    if (library)
        get_fd = (int (*)(struct wl_display *))SDL_LoadFunction(
            library, "wl_display_get_fd");
    int fd = get_fd ? get_fd(display) : -1;
    if (library)
        SDL_UnloadObject(library);
    return fd;
}

static int display_fd(SDL_Window *native)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(native, &info))
        return -1;
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11)
        return ConnectionNumber(info.info.x11.display);
#endif
#ifdef SDL_VIDEO_DRIVER_WAYLAND
    if (info.subsystem == SDL_SYSWM_WAYLAND)
        return wayland_fd(info.info.wl.display);
#endif
    return -1;
}

static void open_devices(struct window *window)
{
    glob_t found;
    close_devices(window);
    if (glob("/dev/input/event*", 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc &&
                           window->waker_count < COUNT_OF(window->wakers);
             i++)
            add_waker(window, open(found.gl_pathv[i],
                                   O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    globfree(&found);
}

static bool reads_devices(const char *driver)
{
    return SDL_strcasecmp(driver, "kmsdrm") == 0 ||
           SDL_strcasecmp(driver, "evdev") == 0;
}

static void open_wakers(struct window *window)
{
    add_waker(window, display_fd(window_native(window)));
    if (window->waker_count || !reads_devices(SDL_GetCurrentVideoDriver()))
        return;
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0)
        return;
    /* Attributes too: udev grants us a new device after making it. */
    inotify_add_watch(fd, "/dev/input", IN_CREATE | IN_DELETE | IN_ATTRIB);
    add_waker(window, fd);
    window->watches_devices = true;
    open_devices(window);
}

/* What woke us is also what SDL reads through its own descriptors: ours are
 * emptied and forgotten. */
static void drain_devices(struct window *window)
{
    char bytes[4096];
    bool gone = false;
    if (!window->watches_devices)
        return;
    for (size_t i = 0; i < window->waker_count; i++) {
        struct pollfd *waker = &window->wakers[i];
        ssize_t got;
        if (!waker->revents)
            continue;
        while ((got = read(waker->fd, bytes, sizeof(bytes))) > 0)
            gone |= i == 0;
        gone |= got < 0 && errno != EAGAIN && errno != EINTR;
    }
    if (gone)
        open_devices(window);
}

static int sleep_limit(const struct window *window, int timeout_ms)
{
    int tick = window->finger_count || window->pointer.state ? TICK_TOUCHED_MS
                                                             : TICK_IDLE_MS;
    if (window->waker_count && !window->watches_devices)
        return timeout_ms;
    /* With devices to watch, only SDL's own look at udev needs the tick. */
    if (window->watches_devices)
        tick = 10 * TICK_IDLE_MS;
    return timeout_ms < 0 || timeout_ms > tick ? tick : timeout_ms;
}

void window_watch(struct window *window, int fd)
{
    window->watched = fd;
}

/* Until a waker, the watched descriptor or the limit; true: one of the wakers
 * or the descriptor. */
static bool sleep_until(struct window *window, int limit_ms,
                        const sigset_t *signals)
{
    struct pollfd all[COUNT_OF(window->wakers) + 1];
    struct timespec time = {limit_ms / 1000, limit_ms % 1000 * 1000000L};
    size_t count = window->waker_count;
    memcpy(all, window->wakers, sizeof(window->wakers));
    all[count] = (struct pollfd){.fd = window->watched, .events = POLLIN};
    bool woken =
        ppoll(all, (nfds_t)count + 1, limit_ms < 0 ? NULL : &time, signals) > 0;
    memcpy(window->wakers, all, sizeof(window->wakers));
    return woken;
}

void window_wait(struct window *window, int timeout_ms)
{
    sigset_t quitting, before;
    if (window->clock_set)
        return;
    /* A signal between the look and the sleep must still end the sleep. */
    sigemptyset(&quitting);
    sigaddset(&quitting, SIGTERM);
    sigaddset(&quitting, SIGINT);
    sigprocmask(SIG_BLOCK, &quitting, &before);
    SDL_PumpEvents();
    if (!SDL_HasEvents(SDL_FIRSTEVENT, SDL_USEREVENT - 1) && timeout_ms) {
        if (sleep_until(window, sleep_limit(window, timeout_ms), &before))
            drain_devices(window);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* --- Fingers ------------------------------------------------------------ */

static struct finger *find_finger(struct window *window,
                                  const SDL_TouchFingerEvent *event)
{
    for (size_t i = 0; i < window->finger_count; i++)
        if (window->fingers[i].touch == event->touchId &&
            window->fingers[i].id == event->fingerId)
            return &window->fingers[i];
    return NULL;
}

static bool is_pointer(const struct window *window, SDL_TouchID touch,
                       SDL_FingerID id)
{
    return window->pointer.state == POINTER_FINGER &&
           window->pointer.touch == touch && window->pointer.id == id;
}

/* True when it was the pointer, which then is up. */
static bool forget_finger(struct window *window, struct finger *finger)
{
    bool held = is_pointer(window, finger->touch, finger->id);
    if (held)
        window->pointer.state = POINTER_UP;
    *finger = window->fingers[--window->finger_count];
    return held;
}

/* SDL drops the fingers of a device that is unplugged without a release. Those
 * from window_push_finger it does not know in the first place. SDL is ahead of
 * the queue: only when that is empty does this mean anything. */
static bool is_gone(const struct finger *finger, uint64_t now)
{
    (void)now;
    if (finger->touch == PUSHED_TOUCH)
        return false;
    int count = SDL_GetNumTouchFingers(finger->touch);
    for (int i = 0; i < count; i++) {
        const SDL_Finger *known = SDL_GetTouchFinger(finger->touch, i);
        if (known && known->id == finger->id)
            return false;
    }
    return true;
}

static bool is_silent(const struct finger *finger, uint64_t now)
{
    return now - finger->seen_ms >= SILENT_MS;
}

static struct input input_at(const struct window *window, enum input_kind kind,
                             uint64_t time_ms)
{
    return (struct input){.kind = kind,
                          .x = window->pointer.x,
                          .y = window->pointer.y,
                          .time_ms = time_ms};
}

/* Forgets the fingers of which that holds. A cancel when somebody knew of one:
 * of the pointer, or where others are told too, of all. */
static struct input drop_fingers(struct window *window, uint64_t time_ms,
                                 bool (*lost)(const struct finger *finger,
                                              uint64_t now))
{
    uint64_t now = window_clock_ms(window);
    bool pointer = false, others = false;
    for (size_t i = window->finger_count; i-- > 0;) {
        struct finger *finger = &window->fingers[i];
        if (!lost(finger, now))
            continue;
        if (forget_finger(window, finger))
            pointer = true;
        else
            others = window->follows;
    }
    struct input input = input_at(
        window, pointer || others ? INPUT_CANCEL : INPUT_NONE, time_ms);
    input.finger = others ? INPUT_EVERY_FINGER : 0;
    return input;
}

static int to_pixel(float position, int size)
{
    int pixel = (int)floorf(position * (float)size);
    return pixel < 0 ? 0 : pixel >= size ? size - 1 : pixel;
}

/* Where the finger is, in px; false when the panel reports nonsense. */
static bool place_finger(struct window *window,
                         const SDL_TouchFingerEvent *event, int *x_out,
                         int *y_out)
{
    int width, height;
    /* Written so that what is no number fails. */
    if (!(event->x >= -SLACK && event->x <= 1 + SLACK && event->y >= -SLACK &&
          event->y <= 1 + SLACK)) {
        if (!window->bad_panel_logged)
            log_warn("window",
                     "touch panel %lld reports positions outside "
                     "0..1 (%g, %g): ignored",
                     (long long)event->touchId, (double)event->x,
                     (double)event->y);
        window->bad_panel_logged = true;
        return false;
    }
    window_size(window, &width, &height);
    *x_out = to_pixel(event->x, width);
    *y_out = to_pixel(event->y, height);
    return true;
}

/* --- Events to input ---------------------------------------------------- */

/* When the event was seen, on our clock. */
static uint64_t event_time(const struct window *window, const SDL_Event *event)
{
    uint64_t now = window_clock_ms(window);
    Uint32 age = (Uint32)SDL_GetTicks64() - event->common.timestamp;
    return window->clock_set || age > 1000 ? now : now - age;
}

/* A number that no other finger has. */
static int free_number(const struct window *window)
{
    int number = 1;
    for (size_t i = 0; i < window->finger_count; i++)
        if (window->fingers[i].number == number) {
            number++;
            i = (size_t)-1; /* from the first again */
        }
    return number;
}

/* What a finger besides the pointer does: told only where it is asked for. */
static struct input other_input(const struct window *window,
                                const struct finger *finger,
                                enum input_kind kind, uint64_t time_ms)
{
    return (struct input){.kind = window->follows ? kind : INPUT_NONE,
                          .x = finger->x,
                          .y = finger->y,
                          .time_ms = time_ms,
                          .finger = finger->number};
}

/* What has to be said first, then what was to be said. */
static struct input both(struct window *window, struct input first,
                         struct input then)
{
    if (first.kind == INPUT_NONE)
        return then;
    window->next = then;
    return first;
}

static struct input finger_down(struct window *window,
                                const SDL_TouchFingerEvent *event,
                                uint64_t time_ms)
{
    struct input cancel = drop_fingers(window, time_ms, is_silent);
    struct finger *again = find_finger(window, event);
    if (again) { /* down without having been up: its release was lost */
        bool other = again->number != 0;
        if (forget_finger(window, again) || (other && window->follows)) {
            cancel = input_at(window, INPUT_CANCEL, time_ms);
            cancel.finger = other ? INPUT_EVERY_FINGER : 0;
        }
    }
    bool alone =
        window->finger_count == 0 && window->pointer.state == POINTER_UP;
    struct finger finger = {event->touchId,
                            event->fingerId,
                            window_clock_ms(window),
                            alone ? 0 : free_number(window),
                            0,
                            0};
    hide_cursor(window);
    if (!place_finger(window, event, &finger.x, &finger.y) ||
        window->finger_count == FINGERS)
        return cancel;
    window->fingers[window->finger_count++] = finger;
    if (!alone)
        return both(window, cancel,
                    other_input(window, &finger, INPUT_PRESS, time_ms));
    window->pointer = (struct pointer){POINTER_FINGER, event->touchId,
                                       event->fingerId, finger.x, finger.y};
    return both(window, cancel, input_at(window, INPUT_PRESS, time_ms));
}

static struct input finger_motion(struct window *window,
                                  const SDL_TouchFingerEvent *event,
                                  uint64_t time_ms)
{
    struct input none = {.kind = INPUT_NONE};
    struct finger *finger = find_finger(window, event);
    if (!finger)
        return none;
    finger->seen_ms = window_clock_ms(window);
    if (!place_finger(window, event, &finger->x, &finger->y))
        return none;
    if (!is_pointer(window, event->touchId, event->fingerId))
        return finger->number ? other_input(window, finger, INPUT_MOVE, time_ms)
                              : none;
    window->pointer.x = finger->x;
    window->pointer.y = finger->y;
    return input_at(window, INPUT_MOVE, time_ms);
}

static struct input finger_up(struct window *window,
                              const SDL_TouchFingerEvent *event,
                              uint64_t time_ms)
{
    struct input none = {.kind = INPUT_NONE};
    struct finger *finger = find_finger(window, event);
    if (!finger)
        return none;
    /* A release at no sensible place is still a release. */
    place_finger(window, event, &finger->x, &finger->y);
    struct finger gone = *finger;
    if (!forget_finger(window, finger))
        return gone.number ? other_input(window, &gone, INPUT_RELEASE, time_ms)
                           : none;
    window->pointer.x = gone.x;
    window->pointer.y = gone.y;
    return input_at(window, INPUT_RELEASE, time_ms);
}

static void place_mouse(struct window *window, int x, int y)
{
    int width, height;
    window_size(window, &width, &height);
    window->pointer.x = x < 0 ? 0 : x >= width ? width - 1 : x;
    window->pointer.y = y < 0 ? 0 : y >= height ? height - 1 : y;
}

static struct input mouse(struct window *window, const SDL_Event *event,
                          uint64_t time_ms)
{
    struct input none = {.kind = INPUT_NONE};
    bool held = window->pointer.state == POINTER_MOUSE;
    if (event->type == SDL_MOUSEMOTION) {
        if (!held)
            return none;
        place_mouse(window, event->motion.x, event->motion.y);
        return input_at(window, INPUT_MOVE, time_ms);
    }
    if (event->button.button != SDL_BUTTON_LEFT)
        return none;
    bool down = event->type == SDL_MOUSEBUTTONDOWN;
    if (down ? window->pointer.state != POINTER_UP || window->finger_count
             : !held)
        return none;
    window->pointer.state = down ? POINTER_MOUSE : POINTER_UP;
    place_mouse(window, event->button.x, event->button.y);
    return input_at(window, down ? INPUT_PRESS : INPUT_RELEASE, time_ms);
}

static struct input cancel_pointer(struct window *window, uint64_t time_ms)
{
    bool held = window->pointer.state != POINTER_UP;
    window->pointer.state = POINTER_UP;
    return input_at(window, held ? INPUT_CANCEL : INPUT_NONE, time_ms);
}

static struct input window_event(struct window *window,
                                 const SDL_WindowEvent *event, uint64_t time_ms)
{
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        return input_at(window, INPUT_RESIZE, time_ms);
    case SDL_WINDOWEVENT_EXPOSED:
    case SDL_WINDOWEVENT_SHOWN:
    case SDL_WINDOWEVENT_RESTORED:
    case SDL_WINDOWEVENT_DISPLAY_CHANGED:
        return input_at(window, INPUT_REDRAW, time_ms);
    case SDL_WINDOWEVENT_HIDDEN:
    case SDL_WINDOWEVENT_MINIMIZED:
    case SDL_WINDOWEVENT_FOCUS_LOST:
        return cancel_pointer(window, time_ms);
    default:
        return (struct input){.kind = INPUT_NONE};
    }
}

static struct input translate(struct window *window, const SDL_Event *event)
{
    uint64_t time_ms = event_time(window, event);
    switch (event->type) {
    case SDL_FINGERDOWN:
        return finger_down(window, &event->tfinger, time_ms);
    case SDL_FINGERMOTION:
        return finger_motion(window, &event->tfinger, time_ms);
    case SDL_FINGERUP:
        return finger_up(window, &event->tfinger, time_ms);
    case SDL_MOUSEMOTION:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return mouse(window, event, time_ms);
    case SDL_WINDOWEVENT:
        return window_event(window, &event->window, time_ms);
    case SDL_KEYDOWN:
        return input_at(window, INPUT_KEY, time_ms);
    case SDL_QUIT:
        return input_at(window, INPUT_QUIT, time_ms);
    default: /* the render resets */
        return input_at(window, INPUT_REDRAW, time_ms);
    }
}

/* Of moves in a row of one finger, or the mouse, only the last one counts. */
static bool is_overtaken(const SDL_Event *event)
{
    SDL_Event next;
    if (event->type != SDL_FINGERMOTION && event->type != SDL_MOUSEMOTION)
        return false;
    if (SDL_PeepEvents(&next, 1, SDL_PEEKEVENT, SDL_FIRSTEVENT,
                       SDL_LASTEVENT) != 1 ||
        next.type != event->type)
        return false;
    return event->type == SDL_MOUSEMOTION ||
           (next.tfinger.touchId == event->tfinger.touchId &&
            next.tfinger.fingerId == event->tfinger.fingerId);
}

static bool take_event(SDL_Event *out)
{
    return SDL_PeepEvents(out, 1, SDL_GETEVENT, SDL_FIRSTEVENT,
                          SDL_LASTEVENT) == 1;
}

bool window_poll(struct window *window, struct input *out)
{
    SDL_Event event;
    if (window->next.kind != INPUT_NONE) {
        *out = window->next;
        window->next.kind = INPUT_NONE;
        return true;
    }
    /* Pumped once until the queue is empty: a panel that reports faster than
     * we draw cannot keep the caller here for ever. */
    if (!window->pumped)
        SDL_PumpEvents();
    window->pumped = true;
    while (take_event(&event)) {
        if (!window->follows && is_overtaken(&event))
            continue;
        *out = translate(window, &event);
        if (out->kind != INPUT_NONE)
            return true;
    }
    window->pumped = false;
    *out = drop_fingers(window, window_clock_ms(window), is_gone);
    return out->kind != INPUT_NONE;
}

void window_forget(struct window *window)
{
    /* Nothing ever waits in greater number, but for a flood of nonsense. Events
     * of ours push past the filter, take the place of those that SDL keeps, and
     * are dropped. */
    enum { MOST = 512 };
    SDL_Event *blank = xcalloc(MOST, sizeof(*blank));
    for (size_t i = 0; i < MOST; i++)
        blank[i].type = SDL_USEREVENT;
    SDL_PeepEvents(blank, MOST, SDL_ADDEVENT, SDL_FIRSTEVENT, SDL_LASTEVENT);
    SDL_FlushEvent(SDL_USEREVENT);
    free(blank);
    explicit_bzero(window->fingers + window->finger_count,
                   (FINGERS - window->finger_count) * sizeof(struct finger));
}

void window_follow(struct window *window, bool follow)
{
    window->follows = follow;
}

/* --- For scripts and tests ---------------------------------------------- */

void window_push_raw_finger(struct window *window, enum input_kind kind,
                            int finger, float x, float y)
{
    SDL_Event event = {
        .tfinger = {.type = kind == INPUT_PRESS     ? SDL_FINGERDOWN
                            : kind == INPUT_RELEASE ? SDL_FINGERUP
                                                    : SDL_FINGERMOTION,
                    .touchId = PUSHED_TOUCH,
                    .fingerId = finger,
                    .x = x,
                    .y = y,
                    .pressure = kind == INPUT_RELEASE ? 0.0f : 1.0f,
                    .windowID = SDL_GetWindowID(window_native(window))}};
    SDL_PushEvent(&event);
}

void window_push_finger(struct window *window, enum input_kind kind, int finger,
                        int x, int y)
{
    int width, height;
    window_size(window, &width, &height);
    /* The middle of the pixel, so that rounding cannot leave it. */
    window_push_raw_finger(window, kind, finger,
                           ((float)x + 0.5f) / (float)width,
                           ((float)y + 0.5f) / (float)height);
}

void window_set_size(struct window *window, int width, int height)
{
    SDL_SetWindowSize(window_native(window), width, height);
}

/* --- The display -------------------------------------------------------- */

void window_size(struct window *window, int *width_out, int *height_out)
{
    window->presenter->size(window->display, width_out, height_out);
}

bool window_surface(struct window *window, struct surface *out, bool *fresh_out)
{
    return window->presenter->surface(window->display, out, fresh_out);
}

bool window_present(struct window *window, const struct rect *damage,
                    size_t count)
{
    return window->presenter->present(window->display, damage, count);
}

void *window_native(struct window *window)
{
    return presenter_sdl_window(window->display);
}

bool window_save(struct window *window, const char *path)
{
    struct surface surface;
    bool fresh;
    return window_surface(window, &surface, &fresh) &&
           snapshot_write(&surface, path);
}
