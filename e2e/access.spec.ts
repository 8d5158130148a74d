/** Who may what, in a browser: somebody with a part in one cluster only, one's own account, ended sessions, the audit trail. */
import { expect, signIn, test } from './fixtures.ts';

const nobody = { cookies: [], origins: [] };

test('an administrator lets somebody read one cluster, who changes their password and is shown out again', async ({
  page,
  browser,
  product,
}) => {
  test.slow();
  await page.goto('/users');
  await expect(page.getByRole('row', { name: /admin.*you/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Add user' }).click();
  const form = page.getByRole('dialog', { name: 'Add a user' });
  await form.getByLabel('User name').fill('journey-ann');
  await form.getByLabel('Role', { exact: true }).selectOption('operator');
  await form.getByLabel('Only these').check();
  await form.getByLabel('Role in local').selectOption('viewer');
  await form.getByLabel('Password').fill('Password1');
  await form.getByRole('button', { name: 'Add user' }).click();
  await expect(form.getByText('is one that everybody tries first')).toBeVisible();
  await form.getByLabel('Password').fill('first words of ann');
  await form.getByRole('button', { name: 'Add user' }).click();
  await expect(form).toBeHidden();
  const row = page.getByRole('table', { name: 'Users' }).getByRole('row', { name: /journey-ann/ });
  await expect(row).toContainText('local (Viewer)');

  const hers = await browser.newContext({ baseURL: product.url, storageState: nobody });
  const annPage = await hers.newPage();
  await signIn(annPage, 'journey-ann', 'first words of ann');
  await expect(annPage.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await annPage.goto('/topics');
  await expect(annPage.getByRole('heading', { level: 1, name: 'Topics' })).toBeVisible();
  await expect(annPage.getByRole('button', { name: 'Create topic' })).toHaveCount(0);
  await expect(annPage.getByRole('link', { name: 'Users' })).toHaveCount(0);
  await annPage.goto('/users');
  await expect(annPage.getByText('There is no page at this address')).toBeVisible();

  await annPage.goto('/account');
  await expect(annPage.getByText('with a part in: local (Viewer)')).toBeVisible();
  await annPage.getByLabel('Present password').fill('not this one');
  await annPage.getByLabel('New password', { exact: true }).fill('other words of ann');
  await annPage.getByLabel('New password again').fill('other words of ann');
  await annPage.getByRole('button', { name: 'Change password' }).click();
  await expect(annPage.getByText('is not your present password')).toBeVisible();
  await annPage.getByLabel('Present password').fill('first words of ann');
  await annPage.getByRole('button', { name: 'Change password' }).click();
  await expect(annPage.getByText('Your password was changed').first()).toBeVisible();
  await annPage.getByRole('button', { name: 'Create token' }).click();
  const tokenForm = annPage.getByRole('dialog', { name: 'Create API token' });
  await tokenForm.getByLabel('Name').fill('for a script');
  await tokenForm.getByRole('button', { name: 'Create token' }).click();
  const token = (await tokenForm.getByText(/^aquila_/).textContent()) ?? '';
  await tokenForm.getByRole('button', { name: 'I have copied it' }).click();
  await expect(annPage.getByRole('row', { name: /for a script/ })).toBeVisible();
  await expect(annPage.getByText(token)).toHaveCount(0);

  await page.reload();
  await page.getByRole('button', { name: /End the session of journey-ann/ }).click();
  await page.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByText('The session was ended.').first()).toBeVisible();
  await annPage.goto('/topics');
  await expect(annPage).toHaveURL(/\/login/);

  // Her token outlives her session, with her part: it reads what she reads, and changes nothing.
  const bearer = { authorization: `Bearer ${token}` };
  const topics = '/api/v1/clusters/local/topics';
  expect((await annPage.request.get(topics, { headers: bearer })).status()).toBe(200);
  const data = { name: 'made-by-token', partitions: 1, replicationFactor: 1 };
  expect((await annPage.request.post(topics, { headers: bearer, data })).status()).toBe(403);

  await page.getByRole('button', { name: 'Delete journey-ann' }).click();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByText('journey-ann was deleted.').first()).toBeVisible();
  expect((await annPage.request.get(topics, { headers: bearer })).status()).toBe(401);
  await hers.close();

  await page.getByRole('button', { name: 'Delete admin' }).click();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByText('This is the last administrator').first()).toBeVisible();
  await expect(page.getByRole('row', { name: /admin.*you/ }).first()).toBeVisible();
});

test('the audit trail is filtered by its address, comes as a file, and whatever things are called stays text', async ({
  page,
}) => {
  test.slow();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const name = '<img src=x onerror=alert(1)>\u202Efdp.exe';
  await page.goto('/settings');
  const status = await page.evaluate(async (tokenName) => {
    const answer = await fetch('/api/v1/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: tokenName, role: 'viewer', expiresInDays: 1 }),
    });
    return answer.status;
  }, name);
  expect(status).toBe(201);
  await page.reload();
  await expect(page.getByText(name).first()).toBeVisible();

  await page.goto('/audit');
  // Rows come once the page listens to clicks.
  await expect(page.getByText(name).first()).toBeVisible();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('What', { exact: true }).selectOption('token');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/action=token/);
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await expect(page).toHaveURL(/outcome=ok/);
  await expect(page.getByText(name).first()).toBeVisible();
  await expect(page.getByRole('table').getByText('session.create')).toHaveCount(0);

  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /NDJSON/ }).click();
  const text = await (await download).createReadStream().then(async (stream) => {
    let all = '';
    for await (const chunk of stream) all += String(chunk);
    return all;
  });
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { action: string; target: string });
  expect(lines.every(({ action }) => action.startsWith('token.'))).toBe(true);
  expect(lines.map(({ target }) => target)).toContain(name);
  expect(dialogs).toEqual([]);
});
