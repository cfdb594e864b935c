{{/* The name of every object of a release; a release is "<platform>-<part>" and names itself. */}}
{{- define "edu.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* What the part is: the chart's own name (identity, course, postgres …). */}}
{{- define "edu.component" -}}
{{- .Values.component | default .Chart.Name -}}
{{- end -}}

{{- define "edu.selectorLabels" -}}
app.kubernetes.io/name: {{ include "edu.component" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "edu.labels" -}}
{{ include "edu.selectorLabels" . }}
{{ include "edu.commonLabels" . }}
{{- end -}}

{{/* Labels of a task's pods, which no Service may take for its own. Arguments: root, the task's name. */}}
{{- define "edu.taskLabels" -}}
app.kubernetes.io/name: {{ printf "%s-%s" (include "edu.component" .root) .task | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{ include "edu.commonLabels" .root }}
eduplatform.dev/task: {{ .task | quote }}
{{- end -}}

{{- define "edu.commonLabels" -}}
app.kubernetes.io/component: {{ include "edu.component" . | quote }}
app.kubernetes.io/part-of: eduplatform
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.platform }}
eduplatform.dev/name: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* The full image reference: `reference` whole, else registry/repository:tag. */}}
{{- define "edu.image" -}}
{{- with .Values.image -}}
{{- if .reference -}}
{{ .reference }}
{{- else -}}
{{ if .registry }}{{ .registry }}/{{ end }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}
