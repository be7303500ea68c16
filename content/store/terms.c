/* terms.c - the words of an edition, for those who type them. */
#include "store_private.h"

/* What is asked for most stands first: whoever takes them may have a limit. */
static const char *const sources[] = {
    "SELECT title FROM topic WHERE ?1 = ?1",
    "SELECT title FROM list WHERE ?1 = ?1",
    "SELECT title || ' ' || item FROM listing WHERE ?1 = ?1",
    "SELECT DISTINCT terms FROM synonym WHERE ?1 = ?1",
    "SELECT i.title || ' ' || i.kicker" CARD_TABLES
    "WHERE l.kind = 'guide' AND " ITEM_ALIVE,
    "SELECT c.value FROM listing l JOIN listing_row r ON r.listing = l.number"
    " JOIN cell c ON c.row = r.number AND c.column = l.title_role"
    " WHERE " ROW_ALIVE,
    "SELECT i.title" CARD_TABLES "WHERE l.kind <> 'guide' AND " ITEM_ALIVE
    " ORDER BY i.date DESC",
};

bool store_terms(struct store *store,
                 bool (*add)(void *context, const char *text), void *context)
{
    bool fine = true, more = true;
    for (size_t i = 0; i < COUNT_OF(sources) && more; i++) {
        struct query query;
        query_open(&query, store, sources[i]);
        while (more && query_next(&query)) {
            struct arena arena = {0};
            more = add(context, query_text(&query, &arena, 0));
            arena_fini(&arena);
        }
        fine = query_close(&query) && fine;
    }
    return fine;
}
