{{/* Arguments of both: root, part. */}}
{{- define "monitoring.selectorLabels" -}}
app.kubernetes.io/name: {{ .part | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- end -}}

{{- define "monitoring.podLabels" -}}
{{ include "monitoring.selectorLabels" . }}
{{ include "edu.commonLabels" .root }}
{{- with .root.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "monitoring.ingress" -}}
- ports:
    - port: prometheus
    - port: grafana
{{- end -}}

{{/* Where the operator serves its metrics. */}}
{{- define "monitoring.operator" -}}
{{ .Values.operator.service }}.{{ .Values.operator.namespace }}.svc:8080
{{- end -}}

{{- define "monitoring.egress" -}}
{{- with .Values.operator.namespace -}}
- ports:
    - {port: 8080, protocol: TCP}
  to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: {{ . | quote }}}
      podSelector:
        matchLabels: {app.kubernetes.io/name: eduplatform-operator}
{{- end -}}
{{- end -}}

{{/* The ConfigMap of a dashboard. Arguments: root, path. */}}
{{- define "monitoring.dashboard" -}}
{{ include "edu.name" .root }}-{{ base .path | trimSuffix ".json" }}
{{- end -}}
