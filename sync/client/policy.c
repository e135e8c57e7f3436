/* SPDX-License-Identifier: Apache-2.0 */
#include "client/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "client/facts.h"
#include "os/env.h"

enum {
	POLICY_MAX = 4096,
};

static const char key[] = "policy";

void
client_policy_load(struct journal *j, struct client_policy *out)
{
	struct json_doc *d = NULL;
	const struct json *o;
	const char *proxy;
	struct fj_buf b;

	memset(out, 0, sizeof(*out));
	fj_buf_init_secret(&b, POLICY_MAX);
	if (text_get(j, "sync", key, &b, NULL) == FJ_OK && b.n > 0 &&
	    json_parse(b.p, b.n, &d, NULL) == FJ_OK) {
		o = json_root(d);
		out->paused = json_is_true(o, "paused");
		out->metered = json_is_true(o, "metered");
		out->sealed_only = json_is_true(o, "sealed");
		proxy = json_str(o, "proxy");
		snprintf(out->proxy, sizeof(out->proxy), "%s", proxy != NULL ? proxy : "");
	}
	json_free(&d);
	fj_buf_release(&b);
}

enum fj_rc
client_policy_save(struct journal *j, const struct client_policy *p, struct fj_err *e)
{
	struct fj_buf b;
	struct json_w w;
	enum fj_rc rc;

	fj_buf_init_secret(&b, POLICY_MAX);
	json_w_init(&w, &b);
	json_w_obj(&w);
	json_w_kbool(&w, "paused", p->paused);
	json_w_kbool(&w, "metered", p->metered);
	json_w_kbool(&w, "sealed", p->sealed_only);
	if (p->proxy[0] != '\0')
		json_w_kstr(&w, "proxy", p->proxy);
	json_w_end(&w);
	rc = text_put(j, "sync", key, b.p, e);
	fj_buf_release(&b);
	return rc;
}

/* ---- proxies ---- */

void
proxy_shown(const char *proxy, char out[PROXY_TEXT])
{
	const char *at = strrchr(proxy, '@'), *host = strstr(proxy, "://");
	size_t scheme = host != NULL ? (size_t)(host - proxy) + 3 : 0;

	if (at == NULL)
		snprintf(out, PROXY_TEXT, "%s", proxy);
	else
		snprintf(out, PROXY_TEXT, "%.*s%s", (int)scheme, proxy, at + 1);
}

/* Host and port of it; NULL: no scheme that we speak. */
static const char *
proxy_host(const char *text)
{
	static const char *const schemes[] = { "http://", "https://", "socks5h://" };
	const char *host = NULL, *at;
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(text, schemes[i], strlen(schemes[i])) == 0)
			host = text + strlen(schemes[i]);
	at = host != NULL ? strrchr(host, '@') : NULL;
	return at != NULL ? at + 1 : host;
}

static bool
proxy_good(const char *text)
{
	const char *host = proxy_host(text);
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f)
			return false;
	return i < PROXY_TEXT && host != NULL && host[0] != '\0' && host[0] != ':' &&
	    strpbrk(host, "/?#\\") == NULL;
}

enum fj_rc
proxy_check(const char *text, char out[PROXY_TEXT], struct fj_err *e)
{
	char shown[PROXY_TEXT];

	out[0] = '\0';
	if (strcmp(text, "environment") == 0)
		return FJ_OK;
	if (strcmp(text, "none") == 0) {
		snprintf(out, PROXY_TEXT, "none");
		return FJ_OK;
	}
	if (!proxy_good(text)) {
		proxy_shown(text, shown);
		return fj_fail(e, FJ_INVAL, "sync.proxy", "s", shown);
	}
	snprintf(out, PROXY_TEXT, "%s", text);
	return FJ_OK;
}

const char *
proxy_environment(void)
{
	static const char *const names[] = {
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
	};
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = env_get(names[i]);
		if (value != NULL)
			return value;
	}
	return "";
}

void
proxy_exempt(char *out, unsigned n)
{
	const char *more = env_get("no_proxy");

	if (more == NULL)
		more = env_get("NO_PROXY");
	snprintf(out, n, "127.0.0.1,localhost,::1%s%s", more != NULL ? "," : "",
	    more != NULL ? more : "");
}
