'use client';

/** The fields of a cluster: where it is, TLS, who we are, and where its metrics are told. What is not switched on is not shown. */
import { useTranslations } from 'next-intl';
import { CheckField, SelectField, TextAreaField, TextField } from '../ui/field';
import { mechanisms, type ClusterForm } from './cluster-form-state';

export interface ClusterFieldsProps {
  form: ClusterForm;
  set: (change: Partial<ClusterForm>) => void;
  /** The error of a field or of anything inside it. */
  errorOf: (path: string) => string | undefined;
}

export function ClusterPlace({ form, set, errorOf }: ClusterFieldsProps) {
  const t = useTranslations('clusterForm');
  return (
    <>
      <TextField
        label={t('name')}
        error={errorOf('name') ?? errorOf('id')}
        value={form.name}
        autoComplete="off"
        placeholder={t('namePlaceholder')}
        onChange={(event) => set({ name: event.target.value })}
      />
      <TextAreaField
        label={t('bootstrap')}
        help={t('bootstrapHelp')}
        error={errorOf('bootstrap')}
        mono
        rows={2}
        spellCheck={false}
        placeholder="kafka-1.example.org:9092"
        value={form.bootstrap}
        onChange={(event) => set({ bootstrap: event.target.value })}
      />
    </>
  );
}

export function ClusterTls({ form, set, errorOf }: ClusterFieldsProps) {
  const t = useTranslations('clusterForm');
  return (
    <>
      <CheckField
        label={t('tls')}
        help={t('tlsHelp')}
        checked={form.tls}
        onChange={(event) => set({ tls: event.target.checked })}
      />
      {form.tls ? (
        <div className="flex flex-col gap-4 border-l border-line pl-4 sm:ml-2">
          <TextAreaField
            label={t('ca')}
            optional={t('optional')}
            help={t('caHelp')}
            error={errorOf('tls.ca')}
            mono
            rows={2}
            spellCheck={false}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={form.ca}
            onChange={(event) => set({ ca: event.target.value })}
          />
          <TextField
            label={t('serverName')}
            optional={t('optional')}
            help={t('serverNameHelp')}
            error={errorOf('tls.serverName')}
            autoComplete="off"
            spellCheck={false}
            value={form.serverName}
            onChange={(event) => set({ serverName: event.target.value })}
          />
          <TextAreaField
            label={t('certificate')}
            optional={t('optional')}
            help={t('certificateHelp')}
            error={errorOf('tls.certificate')}
            mono
            rows={2}
            spellCheck={false}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={form.certificate}
            onChange={(event) => set({ certificate: event.target.value })}
          />
          {form.certificate.trim() === '' ? null : (
            <TextAreaField
              label={t('key')}
              help={t('keyHelp')}
              error={errorOf('tls.key')}
              mono
              rows={2}
              spellCheck={false}
              autoComplete="off"
              placeholder="-----BEGIN PRIVATE KEY-----"
              value={form.key}
              onChange={(event) => set({ key: event.target.value })}
            />
          )}
          <CheckField
            label={t('verify')}
            help={t('verifyHelp')}
            checked={form.verify}
            onChange={(event) => set({ verify: event.target.checked })}
          />
        </div>
      ) : null}
    </>
  );
}

export function ClusterSasl({ form, set, errorOf }: ClusterFieldsProps) {
  const t = useTranslations('clusterForm');
  return (
    <>
      <SelectField
        label={t('sasl')}
        help={form.mechanism === 'PLAIN' && !form.tls ? t('plainHelp') : t('saslHelp')}
        error={errorOf('sasl.mechanism')}
        value={form.mechanism ?? ''}
        onChange={(event) =>
          set({ mechanism: mechanisms.find((mechanism) => mechanism === event.target.value) ?? null })
        }
      >
        <option value="">{t('noSasl')}</option>
        {mechanisms.map((mechanism) => (
          <option key={mechanism} value={mechanism}>
            {mechanism}
          </option>
        ))}
      </SelectField>
      {form.mechanism === null ? null : (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t('username')}
            error={errorOf('sasl.username')}
            autoComplete="off"
            spellCheck={false}
            value={form.username}
            onChange={(event) => set({ username: event.target.value })}
          />
          <TextField
            label={t('password')}
            help={form.password === '***' ? t('passwordStored') : undefined}
            error={errorOf('sasl.password')}
            type="password"
            autoComplete="new-password"
            value={form.password}
            onFocus={() => {
              if (form.password === '***') set({ password: '' });
            }}
            onChange={(event) => set({ password: event.target.value })}
          />
        </div>
      )}
    </>
  );
}

export function ClusterMetrics({ form, set, errorOf }: ClusterFieldsProps) {
  const t = useTranslations('clusterForm');
  return (
    <TextAreaField
      label={t('metrics')}
      optional={t('optional')}
      help={t('metricsHelp', { host: '{host}', id: '{id}' })}
      error={errorOf('brokerMetrics')}
      mono
      rows={2}
      spellCheck={false}
      placeholder="http://{host}:7071"
      value={form.metrics}
      onChange={(event) => set({ metrics: event.target.value })}
    />
  );
}
