/* Checks one Chat Completions stream byte by byte: every chunk's text in its order, one finish, one [DONE], nothing after it. */
#ifndef BENCH_STREAM_CHECK_H
#define BENCH_STREAM_CHECK_H

#include "http.h"

enum { NUMBER_WIDTH = 6, TIME_WIDTH = 19, EVENT_LIMIT = 4096 };

/* The text every chunk must carry, as JSON writes it: three literals around the chunk's number and the time it was sent. */
struct expected_text {
  const char *literal[3];
  size_t length[3], total;
};

struct stream_check {
  const struct expected_text *text;
  unsigned chunks, next_chunk;
  bool finished, done;
  const char *fault;
  /* A chunk that passed the whole check: one with the same bytes around its text needs only its text checked. */
  char known[EVENT_LIMIT];
  size_t known_length, text_at;
};

static const char content_key[] = "\"content\":\"", finish_key[] = "\"finish_reason\":\"";

/* Splits the text at its marks; the literals point into `text`, which must stay. */
static inline bool parse_expected_text(struct expected_text *expected, const char *text) {
  const char *number = strstr(text, "######");
  const char *time = strstr(text, "@@@@@@@@@@@@@@@@@@@");
  if (number == NULL || time == NULL || time < number) return false;
  expected->literal[0] = text;
  expected->length[0] = (size_t)(number - text);
  expected->literal[1] = number + NUMBER_WIDTH;
  expected->length[1] = (size_t)(time - expected->literal[1]);
  expected->literal[2] = time + TIME_WIDTH;
  expected->length[2] = strlen(expected->literal[2]);
  expected->total = strlen(text);
  return true;
}

static inline uint64_t read_digits(const char *at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; i++) value = value * 10 + (uint64_t)(at[i] - '0');
  return value;
}

/* Checks the text of the next chunk and takes the time it was sent at, in nanoseconds, from it. */
static inline bool check_text(struct stream_check *check, const char *at, uint64_t *sent) {
  const struct expected_text *text = check->text;
  const char *number = at + text->length[0], *time = number + NUMBER_WIDTH + text->length[1];
  if (memcmp(at, text->literal[0], text->length[0]) != 0 ||
      memcmp(number + NUMBER_WIDTH, text->literal[1], text->length[1]) != 0 ||
      memcmp(time + TIME_WIDTH, text->literal[2], text->length[2]) != 0) {
    check->fault = "a chunk with another text";
    return false;
  }
  if (read_digits(number, NUMBER_WIDTH) != check->next_chunk || check->next_chunk == check->chunks) {
    check->fault = "a chunk out of order";
    return false;
  }
  check->next_chunk++;
  *sent = read_digits(time, TIME_WIDTH);
  return true;
}

static inline bool check_end(struct stream_check *check) {
  if (check->next_chunk != check->chunks) check->fault = "chunks are missing";
  else if (!check->finished) check->fault = "no finish_reason";
  else check->done = true;
  return check->fault == NULL;
}

/* The whole check of one event (without its empty line). */
static inline bool check_event(struct stream_check *check, const char *event, size_t length, uint64_t *sent) {
  if (length > 0 && event[0] == ':') return true;
  if (check->done) check->fault = "an event after [DONE]";
  else if (length < 8 || memcmp(event, "data: ", 6) != 0) check->fault = "a line that is no data";
  if (check->fault != NULL) return false;
  if (length == 12 && memcmp(event, "data: [DONE]", 12) == 0) return check_end(check);
  if (event[6] != '{' || event[length - 1] != '}' || memcmp(event + 6, "{\"error\"", 8) == 0) {
    check->fault = "an event that is no chunk";
    return false;
  }
  const char *finish = memmem(event, length, finish_key, sizeof finish_key - 1);
  if (finish != NULL) {
    if (check->finished || strncmp(finish + sizeof finish_key - 1, "stop\"", 5) != 0) check->fault = "a wrong finish_reason";
    check->finished = true;
  }
  const char *content = memmem(event, length, content_key, sizeof content_key - 1);
  if (check->fault != NULL || content == NULL || content[sizeof content_key - 1] == '"') return check->fault == NULL;
  const char *text = content + sizeof content_key - 1;
  if (text + check->text->total >= event + length) {
    check->fault = "a chunk with a short text";
    return false;
  }
  if (!check_text(check, text, sent)) return false;
  if (finish == NULL && length + 2 <= EVENT_LIMIT) {
    check->known_length = length + 2;
    check->text_at = (size_t)(text - event);
    memcpy(check->known, event, length + 2);
  }
  return true;
}

/* Whether the bytes begin with an event that equals the known one outside its text. */
static inline bool is_known_event(const struct stream_check *check, const char *bytes, size_t count) {
  size_t after = check->text_at + check->text->total;
  return check->known_length > 0 && count >= check->known_length && memcmp(bytes, check->known, check->text_at) == 0 &&
         memcmp(bytes + after, check->known + after, check->known_length - after) == 0;
}

/* Checks the next event in `bytes`. Returns its length with the empty line, 0 when it is not whole yet, -1 on a fault.
 * `sent` becomes the time in a chunk, and stays when the event holds none. */
static inline ssize_t check_next(struct stream_check *check, const char *bytes, size_t count, uint64_t *sent) {
  if (!check->done && is_known_event(check, bytes, count))
    return check_text(check, bytes + check->text_at, sent) ? (ssize_t)check->known_length : -1;
  const char *end = memmem(bytes, count, "\n\n", 2);
  if (end == NULL) return 0;
  size_t length = (size_t)(end - bytes);
  return check_event(check, bytes, length, sent) ? (ssize_t)length + 2 : -1;
}

static inline void check_begin(struct stream_check *check, const struct expected_text *text, unsigned chunks) {
  check->text = text;
  check->chunks = chunks;
  check->next_chunk = 0;
  check->finished = check->done = false;
  check->fault = NULL;
  check->known_length = 0;
}

#endif
