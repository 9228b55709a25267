{{- define "parley.labels" -}}
app.kubernetes.io/name: parley
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "parley.selector" -}}
app.kubernetes.io/name: parley
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "parley.secret" -}}
{{ .Values.existingSecret | default (printf "%s-secrets" .Release.Name) }}
{{- end }}

{{/* Whether it lives. Until it has its first certificate it answers no HTTPS, and a port is all there is to ask. */}}
{{- define "parley.alive" -}}
{{- if eq .Values.tls.mode "acme" -}}
tcpSocket:
  port: https
{{- else -}}
httpGet:
  path: /healthz
  port: https
  scheme: {{ eq .Values.tls.mode "off" | ternary "HTTP" "HTTPS" }}
{{- end }}
{{- end }}
