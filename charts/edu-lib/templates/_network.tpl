{{/*
All pods of the release: nothing comes in but by the given rules, nothing goes out but to DNS and to the platform's
pods in this namespace. `networkPolicy.ingress` and `.egress` add rules. Arguments: root, ingress, egress (further
rules as text).
*/}}
{{- define "edu.networkPolicy" }}
{{- $values := .root.Values.networkPolicy }}
{{- if $values.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "edu.name" .root }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels: {{- include "edu.labels" .root | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with .ingress }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with $values.ingress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if not (or .ingress $values.ingress) }} []
    {{- end }}
  egress:
    - ports:
        - {port: 53, protocol: UDP}
        - {port: 53, protocol: TCP}
    - to:
        - podSelector: {{- include "edu.platformPods" .root | nindent 12 }}
    {{- with .egress }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with $values.egress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end -}}

{{/* This platform's pods; all platforms' in the namespace where a release names none. */}}
{{- define "edu.platformPods" -}}
matchLabels:
  app.kubernetes.io/part-of: eduplatform
  {{- with .Values.platform }}
  eduplatform.dev/name: {{ . | quote }}
  {{- end }}
{{- end -}}
