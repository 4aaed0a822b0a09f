// @ts-check

/** @typedef {{ id: string, html: string, choices: { id: string, label: string }[] }} Message */

const log = /** @type {HTMLOListElement} */ (document.querySelector('#log'));
const form = /** @type {HTMLFormElement} */ (document.querySelector('#composer'));
const field = /** @type {HTMLTextAreaElement} */ (document.querySelector('#text'));
const problem = /** @type {HTMLParagraphElement} */ (document.querySelector('#problem'));

const user = localStorage.getItem('user') ?? newUser();

function newUser() {
  // crypto.randomUUID exists only on https and localhost; the page may be served on a local network by http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem('user', id);
  return id;
}

/** @param {HTMLElement} item */
function append(item) {
  log.append(item);
  item.scrollIntoView({ block: 'start' });
}

/** @param {string} text */
function showMine(text) {
  const item = document.createElement('li');
  item.className = 'message mine';
  item.textContent = text;
  append(item);
}

/** @param {Message} message */
function showReply({ html, choices }) {
  const item = document.createElement('li');
  item.className = 'message';
  item.innerHTML = html; // made by the server from its own Markdown, with every foreign tag escaped
  if (choices.length > 0) {
    const group = document.createElement('div');
    group.className = 'choices';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Lựa chọn');
    for (const { id, label } of choices) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.addEventListener('click', () => void send({ choice: id }, label));
      group.append(button);
    }
    item.append(group);
  }
  append(item);
}

/**
 * @param {{ text: string } | { choice: string }} content
 * @param {string} shown what the person sees of it, empty for nothing
 * @returns {Promise<boolean>} whether it arrived
 */
async function send(content, shown) {
  problem.hidden = true;
  const waiting = document.createElement('li');
  waiting.className = 'waiting';
  waiting.textContent = 'Đang tìm…';
  if (shown !== '') log.append(waiting);
  try {
    const response = await fetch('/chat/messages', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, ...content }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error);
    waiting.remove();
    if (shown !== '') showMine(shown);
    for (const reply of body.replies) showReply(reply);
    return true;
  } catch (error) {
    waiting.remove();
    const said = error instanceof Error && !(error instanceof TypeError || error instanceof SyntaxError);
    problem.textContent = said && error.message ? error.message : 'Không gửi được. Đồng chí kiểm tra mạng rồi gửi lại.';
    problem.hidden = false;
    return false;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text === '') return;
  // What was typed stays until it has arrived.
  void send({ text }, text).then((arrived) => {
    if (arrived && field.value.trim() === text) field.value = '';
    field.focus();
  });
});

field.addEventListener('keydown', (event) => {
  // While a Vietnamese keyboard composes, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

const events = new EventSource(`/chat/events?user=${encodeURIComponent(user)}`);
events.addEventListener('message', (event) => showReply(JSON.parse(event.data)));

void send({ text: '/start' }, '');
