// The token: from the address, or from where the playground keeps its own for the session.

const KEPT = "latentext.token";

/** For as long as the page is open, where a browser denies storage. */
let held;

export function keepToken(token) {
  held = token;
  try {
    sessionStorage.setItem(KEPT, token);
  } catch {
    // It is held.
  }
}

/** The token of the address, which then no longer shows it, or the one that is kept. */
export function readToken() {
  const [, given] = /^#token=(.+)$/s.exec(location.hash) ?? [];
  if (given !== undefined) {
    keepToken(decoded(given));
    history.replaceState(null, "", location.pathname + location.search);
  }
  try {
    return sessionStorage.getItem(KEPT) ?? held;
  } catch {
    return held;
  }
}

/** Without its escapes; a token that was pasted as it is may look as if it had some. */
function decoded(token) {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
