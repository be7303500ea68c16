/* lookup.c - what a name means: in what was read, or else on board. */
#include "compile_private.h"

struct item_source *lookup_item(struct compiler *compiler, const char *id)
{
    const struct board *board = compiler->board;
    struct item_source *item = map_find(&compiler->item_ids, id);
    if (item || !board || !(item = board->item(board->data, compiler, id)))
        return item;
    map_add(&compiler->item_ids, item->id, item);
    return item;
}

struct list_source *lookup_list(struct compiler *compiler, const char *id)
{
    const struct board *board = compiler->board;
    struct list_source *list = map_find(&compiler->list_ids, id);
    if (list || !board || !(list = board->list_of(board->data, compiler, id)))
        return list;
    map_add(&compiler->list_ids, list->id, list);
    return list;
}

struct listing_source *lookup_listing(struct compiler *compiler,
                                      const char *kind)
{
    const struct board *board = compiler->board;
    struct listing_source *listing = map_find(&compiler->listing_kinds, kind);
    if (listing || !board)
        return listing;
    return board->listing(board->data, compiler, kind);
}

struct media_source *lookup_media(struct compiler *compiler, const char *name)
{
    const struct board *board = compiler->board;
    struct media_source *media = map_find(&compiler->media_names, name);
    if (media || !board)
        return media;
    return board->media(board->data, compiler, name);
}
