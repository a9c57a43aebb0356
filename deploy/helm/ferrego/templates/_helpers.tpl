{{/* The name of all objects: that of the release. */}}
{{- define "ferrego.name" -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "ferrego.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "ferrego.name" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{- define "ferrego.selectorLabels" -}}
app.kubernetes.io/name: ferrego
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ferrego.labels" -}}
{{ include "ferrego.selectorLabels" . }}
app.kubernetes.io/part-of: ferrego
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The name of the audit's objects. A CronJob's name has at most 52 characters. */}}
{{- define "ferrego.auditName" -}}
{{- include "ferrego.name" . | trunc 46 | trimSuffix "-" -}}-audit
{{- end }}

{{/* The labels of the audit's Pods, which the Service must not select. */}}
{{- define "ferrego.auditSelectorLabels" -}}
app.kubernetes.io/name: ferrego-audit
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ferrego.auditLabels" -}}
{{ include "ferrego.auditSelectorLabels" . }}
app.kubernetes.io/part-of: ferrego
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "ferrego.metadata" -}}
name: {{ include "ferrego.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "ferrego.labels" . | nindent 2 }}
{{- end }}

{{- define "ferrego.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* "true" if the server connects to the API server. */}}
{{- define "ferrego.connects" -}}
{{- if or .Values.fromCluster.enabled .Values.tls.selfSigned.enabled -}}
true
{{- end -}}
{{- end }}

{{/* The client configuration of a webhook, at a path. */}}
{{- define "ferrego.clientConfig" -}}
service:
  name: {{ include "ferrego.name" .root }}
  namespace: {{ .root.Release.Namespace }}
  path: {{ .path }}
  port: 443
{{- if not (or .root.Values.tls.certManager.enabled .root.Values.tls.selfSigned.enabled) }}
caBundle: {{ .root.Values.tls.caBundle | b64enc }}
{{- end }}
{{- end }}
