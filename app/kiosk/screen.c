#include "app/kiosk/screen.h"

#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/page/page.h"
#include "ui/widgets.h"

static void screen_forget(struct screen *screen)
{
    arena_fini(&screen->arena);
    screen->data = NULL;
}

static struct screen screen_new(const struct screen_ops *ops,
                                const char *argument)
{
    return (struct screen){
        .ops = ops,
        .argument = xstrdup(argument),
        .state = xcalloc(1, ops->state_size),
    };
}

bool screen_open_ops(const struct app *app, struct screen *screen,
                     const struct screen_ops *ops, const char *argument)
{
    *screen = screen_new(ops, argument);
    if (ops->load(app, screen))
        return true;
    screen_close(screen);
    return false;
}

void screen_open_hoping(const struct app *app, struct screen *screen,
                        const struct screen_ops *ops, const char *argument)
{
    *screen = screen_new(ops, argument);
    screen_reload(app, screen);
}

/* listings/kind/row: a row is not an item, so the store's links end at the
 * kind. */
static bool is_row(const char *link)
{
    static const char prefix[] = "listings/";
    return !strncmp(link, prefix, sizeof(prefix) - 1) &&
           strchr(link + sizeof(prefix) - 1, '/');
}

bool screen_open(const struct app *app, struct screen *screen, const char *link)
{
    static const struct screen_ops *const by_kind[] = {
        [LINK_NONE] = NULL,
        [LINK_ITEM] = &item_screen,
        [LINK_CHANNEL] = &channel_screen,
        [LINK_GUIDES] = &guides_screen,
        [LINK_TOPIC] = &guides_screen,
        [LINK_LISTING] = &listing_screen,
        [LINK_ISSUE] = &issue_screen,
    };
    const struct screen_ops *ops =
        is_row(link) ? &row_screen : by_kind[store_resolve(app->store, link)];
    return ops && screen_open_ops(app, screen, ops, link);
}

bool screen_reload(const struct app *app, struct screen *screen)
{
    screen_forget(screen);
    if (screen->lost)
        screen->ops = screen->lost;
    screen->lost = NULL;
    if (screen->ops->load(app, screen))
        return true;
    /* What was here has gone: say so in its place. It may come back. */
    screen_forget(screen);
    screen->lost = screen->ops;
    screen->ops = &gone_screen;
    gone_screen.load(app, screen);
    return false;
}

/* What a visitor chose is wiped before its memory is given back. */
static void wipe(void *memory, size_t size)
{
    if (memory)
        explicit_bzero(memory, size);
    free(memory);
}

void screen_close(struct screen *screen)
{
    const struct screen_ops *ops = screen->lost ? screen->lost : screen->ops;
    screen_forget(screen);
    wipe(screen->argument, screen->argument ? strlen(screen->argument) : 0);
    wipe(screen->state, ops ? ops->state_size : 0);
    *screen = (struct screen){0};
}

static void add_part(struct buf *line, const char *part)
{
    if (!part || !*part)
        return;
    if (line->length)
        buf_puts(line, " · ");
    buf_puts(line, part);
}

/* 2月5日, and with the year when it is not this one. */
static void add_date(struct buf *line, const char *date, const char *today)
{
    struct civil day;
    char text[48];
    if (!civil_parse(date, &day))
        return;
    if (strncmp(date, today, 4) == 0)
        snprintf(text, sizeof(text), "%d月%d日", day.month, day.day);
    else
        snprintf(text, sizeof(text), "%d年%d月%d日", day.year, day.month,
                 day.day);
    add_part(line, text);
}

void screen_card(const struct app *app, struct view *view, struct box *parent,
                 const struct item_card *card, bool with_channel)
{
    struct buf meta = {0};
    char minutes[32];
    if (card->upcoming)
        add_part(&meta, "即将生效");
    add_date(&meta, card->date, app->today);
    if (with_channel)
        add_part(&meta, card->channel_title);
    else
        add_part(&meta, card->kicker);
    snprintf(minutes, sizeof(minutes), "%u分钟",
             page_minutes(card->characters));
    add_part(&meta, minutes);
    widget_row(view, parent,
               &(struct widget_row){
                   .title = card->title,
                   .meta = buf_text(&meta),
                   .media = card->image,
                   .serif = true,
                   .action = {ACT_LINK, card->id, 0},
               });
    buf_fini(&meta);
}
