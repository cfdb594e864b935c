{{- define "operator.namespaces" -}}
{{- .Values.namespaces | default (list .Release.Namespace) | join "," -}}
{{- end -}}
