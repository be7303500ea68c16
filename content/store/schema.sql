-- schema.sql - the database a kiosk reads; written by compile, read by store.
-- STORE_SCHEMA_VERSION in include/content/store.h counts with user_version;
-- both go up with DOCUMENT_VERSION of content/store/document.c too.
--
-- Text is UTF-8 and never NULL: '' means that the edition does not say. Dates
-- are YYYY-MM-DD, so they compare as text. "position" is an order worked out by
-- the compiler; lists are read by walking an index on it, so a screen costs
-- what it shows, however many items stand behind it.
--
-- seal is a hash of the other columns of its row, in their order, as seal() of
-- content/store/seal.c works it out: SQLite does not notice flipped bytes in
-- what it holds for others. 0 is a row that nobody sealed.

PRAGMA application_id = 0x59434842; -- YCHB
PRAGMA user_version = 5;

-- Words about the edition and the home screen: title, publisher, region, date,
-- number, built; notice, notice_link, headlines_title, headlines_count.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    seal  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row; its number grows with every published change.
CREATE TABLE generation (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;

-- What items stand in: a channel (articles/news), a topic of the guides
-- (guides/wage) or an issue of a paper (papers/grgrb/2026-02-06). total counts
-- its items, expired ones included.
CREATE TABLE list (
    number   INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL CHECK (kind IN ('article', 'guide', 'paper')),
    key      TEXT NOT NULL,
    title    TEXT NOT NULL,
    summary  TEXT NOT NULL,
    position INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    seal     INTEGER NOT NULL
) STRICT;
CREATE INDEX list_by_kind ON list (kind, position);

-- The subjects an item may name, in the edition's order.
CREATE TABLE topic (
    id       TEXT PRIMARY KEY,
    title    TEXT NOT NULL,
    position INTEGER NOT NULL,
    seal     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An article, a guide or an article of a paper (both halves of one that runs
-- over two pages are one item). sequence is what 上一篇/下一篇 walk through:
-- the list itself, or 0 for all guides in the order of their topics. position is
-- a text that sorts as the list is read and says it all by itself, so that an
-- item can come or go without the others.
CREATE TABLE item (
    number      INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    list        INTEGER NOT NULL REFERENCES list,
    sequence    INTEGER NOT NULL,
    position    TEXT NOT NULL,
    title       TEXT NOT NULL,
    subtitle    TEXT NOT NULL,
    kicker      TEXT NOT NULL,
    byline      TEXT NOT NULL,
    source      TEXT NOT NULL,
    date        TEXT NOT NULL,
    region      TEXT NOT NULL,
    summary     TEXT NOT NULL,
    image       TEXT NOT NULL, -- a name in media, or ''
    image_alt   TEXT NOT NULL,
    valid_from  TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    reviewed    TEXT NOT NULL,
    continued   TEXT NOT NULL, -- what to say when the other half is missing
    characters  INTEGER NOT NULL,
    page        INTEGER NOT NULL, -- of a paper, else 0
    rank        INTEGER NOT NULL,
    continues_on INTEGER NOT NULL, -- the page of its second half, else 0
    seal         INTEGER NOT NULL
) STRICT;
CREATE INDEX item_by_list ON item (list, position);
CREATE INDEX item_by_sequence ON item (sequence, position);
-- How many of a list have expired is counted without reading the others.
CREATE INDEX item_by_expiry ON item (list, valid_until) WHERE valid_until <> '';

-- The id of a second half leads to the item that holds both.
CREATE TABLE item_alias (
    id   TEXT PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES item,
    seal INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX item_alias_by_item ON item_alias (item);

CREATE TABLE item_topic (
    item     INTEGER NOT NULL REFERENCES item,
    position INTEGER NOT NULL,
    topic    TEXT NOT NULL REFERENCES topic,
    seal     INTEGER NOT NULL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE item_law (
    item     INTEGER NOT NULL REFERENCES item,
    position INTEGER NOT NULL,
    law      TEXT NOT NULL,
    article  TEXT NOT NULL, -- 82, 276之一
    seal     INTEGER NOT NULL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE item_related (
    item     INTEGER NOT NULL REFERENCES item,
    position INTEGER NOT NULL,
    other    INTEGER NOT NULL REFERENCES item,
    seal     INTEGER NOT NULL,
    PRIMARY KEY (item, position)
) STRICT, WITHOUT ROWID;

-- Bodies, as content/store/document.c encodes them. Apart from item, so that a
-- list of cards does not read past them.
CREATE TABLE document (
    item  INTEGER PRIMARY KEY REFERENCES item,
    bytes BLOB NOT NULL,
    seal  INTEGER NOT NULL
) STRICT;

CREATE TABLE issue (
    list     INTEGER PRIMARY KEY REFERENCES list,
    paper    TEXT NOT NULL,
    date     TEXT NOT NULL,
    issue_no TEXT NOT NULL,
    total_no TEXT NOT NULL,
    lunar    TEXT NOT NULL,
    seal     INTEGER NOT NULL
) STRICT;

CREATE TABLE issue_page (
    list   INTEGER NOT NULL REFERENCES issue,
    number INTEGER NOT NULL,
    name   TEXT NOT NULL,
    seal   INTEGER NOT NULL,
    PRIMARY KEY (list, number)
) STRICT, WITHOUT ROWID;

-- A kind of listing. Roles are column numbers, -1 where it has none.
CREATE TABLE listing (
    number       INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    item         TEXT NOT NULL,
    icon         TEXT NOT NULL,
    notice       TEXT NOT NULL,
    empty        TEXT NOT NULL,
    has_map      INTEGER NOT NULL,
    has_schedule INTEGER NOT NULL,
    title_role     INTEGER NOT NULL,
    subtitle_role  INTEGER NOT NULL,
    badge_role     INTEGER NOT NULL,
    phone_role     INTEGER NOT NULL,
    latitude_role  INTEGER NOT NULL,
    longitude_role INTEGER NOT NULL,
    address_role   INTEGER NOT NULL,
    expires_role   INTEGER NOT NULL,
    seal           INTEGER NOT NULL
) STRICT;

-- card, detail and facet are places in the listing's own order, or -1.
CREATE TABLE listing_column (
    listing INTEGER NOT NULL REFERENCES listing,
    number  INTEGER NOT NULL,
    name    TEXT NOT NULL,
    label   TEXT NOT NULL,
    type    INTEGER NOT NULL, -- enum column_type
    card    INTEGER NOT NULL,
    detail  INTEGER NOT NULL,
    facet   INTEGER NOT NULL,
    seal    INTEGER NOT NULL,
    PRIMARY KEY (listing, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing_row (
    number     INTEGER PRIMARY KEY,
    listing    INTEGER NOT NULL REFERENCES listing,
    position   INTEGER NOT NULL,
    id         TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    expires    TEXT NOT NULL,
    content    INTEGER NOT NULL, -- a hash of its cells and hours
    seal       INTEGER NOT NULL,
    UNIQUE (listing, id)
) STRICT;
CREATE INDEX listing_row_by_position ON listing_row (listing, position, expires);

-- Only cells that hold something.
CREATE TABLE cell (
    row    INTEGER NOT NULL REFERENCES listing_row,
    column INTEGER NOT NULL,
    value  TEXT NOT NULL,
    seal   INTEGER NOT NULL,
    PRIMARY KEY (row, column)
) STRICT, WITHOUT ROWID;

-- What rows can be filtered by: a cell of tags has one row a tag.
CREATE TABLE facet_value (
    listing INTEGER NOT NULL REFERENCES listing,
    column  INTEGER NOT NULL,
    value   TEXT NOT NULL,
    row     INTEGER NOT NULL REFERENCES listing_row,
    seal    INTEGER NOT NULL,
    PRIMARY KEY (listing, column, value, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_value_by_row ON facet_value (row);

-- struct schedule_row, row by row.
CREATE TABLE schedule (
    row        INTEGER NOT NULL REFERENCES listing_row,
    position   INTEGER NOT NULL,
    weekdays   INTEGER NOT NULL,
    opens      INTEGER NOT NULL,
    closes     INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL,
    seal       INTEGER NOT NULL,
    PRIMARY KEY (row, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE home_tile (
    position INTEGER PRIMARY KEY,
    title    TEXT NOT NULL,
    link     TEXT NOT NULL,
    style    TEXT NOT NULL,
    icon     TEXT NOT NULL,
    lines    TEXT NOT NULL, -- one a line
    wide     INTEGER NOT NULL,
    hides    INTEGER NOT NULL, -- while there is nothing behind its link
    seal     INTEGER NOT NULL
) STRICT;

-- The channels the headlines are taken from.
CREATE TABLE home_headline (
    position INTEGER PRIMARY KEY,
    list     INTEGER NOT NULL REFERENCES list,
    seal     INTEGER NOT NULL
) STRICT;

CREATE TABLE media (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE, -- media/square.png
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    seal   INTEGER NOT NULL
) STRICT;

-- What people say (synonyms.csv, of all layers): pattern is folded, as
-- content/search/fold.c does it, alternatives apart by |, * a gap.
CREATE TABLE synonym (
    number  INTEGER PRIMARY KEY,
    pattern TEXT NOT NULL,
    terms   TEXT NOT NULL, -- what the law calls it, a blank between two
    topic   TEXT NOT NULL,
    seal    INTEGER NOT NULL
) STRICT;

-- What can be found: items, and rows of listings. Candidates come in the order
-- of number, which is the kind, then how near the publisher is, then the newest
-- first: (kind * 4 + distance) << 22, then a count that falls with each that
-- comes. title and text are folded (content/search/fold.c): nothing but letters.
CREATE TABLE search_doc (
    number     INTEGER PRIMARY KEY,
    origin     INTEGER NOT NULL UNIQUE, -- item.number, or -listing_row.number
    id         TEXT NOT NULL, -- a link
    date       TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    expires    TEXT NOT NULL,
    title      TEXT NOT NULL,
    text       TEXT NOT NULL,
    seal       INTEGER NOT NULL
) STRICT;
CREATE INDEX search_doc_by_expiry ON search_doc (expires) WHERE expires <> '';

-- How a title is read: gong zi bei tuo qian. Apart, so that looking through all
-- of them does not read past the texts.
CREATE TABLE search_letters (
    doc     INTEGER PRIMARY KEY REFERENCES search_doc,
    letters TEXT NOT NULL,
    seal    INTEGER NOT NULL
) STRICT;

-- Which docs have a pair of characters or a word; where, a look at them tells.
CREATE VIRTUAL TABLE search_text USING fts5 (
    title, text, content = 'search_doc', content_rowid = 'number',
    tokenize = 'yichuang', detail = none, columnsize = 0, prefix = '1'
);
CREATE VIRTUAL TABLE search_title USING fts5 (
    title, content = 'search_doc', content_rowid = 'number',
    tokenize = 'yichuang', detail = none, columnsize = 0, prefix = '1'
);

-- From here on: what an import (content/install/) knows about what it wrote.
-- Empty in a database that was built from a folder.

-- The areas whose packs are on board; rank 0 is the most specific one, whose
-- files are shown where several have the same.
CREATE TABLE layer (
    rank       INTEGER PRIMARY KEY,
    repository TEXT NOT NULL,
    area       TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    packs      BLOB NOT NULL, -- 32 bytes each: from nothing to seq
    withdrawn  TEXT NOT NULL, -- ids, one a line
    seal       INTEGER NOT NULL
) STRICT;

-- The files of all layers. object is the hash of the pack that holds the bytes,
-- of a picture its own. text is kept of what is small and often needed.
CREATE TABLE source (
    path   TEXT NOT NULL,
    layer  INTEGER NOT NULL REFERENCES layer,
    hidden INTEGER NOT NULL, -- withdrawn
    length INTEGER NOT NULL,
    hash   INTEGER NOT NULL,
    object BLOB NOT NULL,
    text   BLOB, -- NULL: read the object
    seal   INTEGER NOT NULL,
    PRIMARY KEY (path, layer)
) STRICT, WITHOUT ROWID;

-- Whose page says something of another: a link, a picture. It is compiled again
-- when that changes, comes or goes.
CREATE TABLE mention (
    target TEXT NOT NULL,
    item   INTEGER NOT NULL REFERENCES item,
    seal   INTEGER NOT NULL,
    PRIMARY KEY (target, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_by_item ON mention (item);
