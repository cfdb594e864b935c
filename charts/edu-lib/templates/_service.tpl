{{/* Everything of one FastAPI service. The operator renders it in two stages: first `migration`, then `workload`. */}}
{{- define "edu.service" -}}
{{- include "edu.service.config" . }}
{{- include "edu.networkPolicy" (dict "root" . "ingress" (include "edu.service.ingress" .)) }}
{{- if and .Values.migrations.enabled (has .Values.render (list "all" "migration")) }}
{{- include "edu.service.migration" . }}
{{- end }}
{{- if has .Values.render (list "all" "workload") }}
{{- include "edu.service.deployment" . }}
{{- include "edu.service.network" . }}
{{- include "edu.podDisruptionBudget" . }}
{{- include "edu.autoscaler" . }}
{{- end }}
{{- end -}}

{{/* Plain settings as environment; the checksum of this rolls the pods, and of this service alone. */}}
{{- define "edu.service.settings" -}}
HOST: "0.0.0.0"
PORT: {{ .Values.port | quote }}
DB_POOL_SIZE: {{ .Values.pool.size | quote }}
DB_POOL_MAX_OVERFLOW: {{ .Values.pool.maxOverflow | quote }}
DRAIN_SECONDS: {{ .Values.drainSeconds | quote }}
{{- with .Values.redis.url }}
REDIS_URL: {{ . | quote }}
{{- end }}
{{- range $name, $url := .Values.peers }}
{{ upper $name }}_URL: {{ $url | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "edu.service.config" }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "edu.name" . }}
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "edu.labels" . | nindent 4 }}
data: {{- include "edu.service.settings" . | nindent 2 }}
{{- end -}}

{{- define "edu.service.env" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ required "database.secretName: name the Secret that holds DATABASE_URL" .Values.database.secretName | quote }}
      key: {{ .Values.database.secretKey | quote }}
- name: PLATFORM_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ required "platformSecret.name: name the Secret that all five services share" .Values.platformSecret.name | quote }}
      key: {{ .Values.platformSecret.key | quote }}
- name: SERVICE_PRIVATE_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.platformSecret.name | quote }}
      key: {{ printf "%s.jwk" (include "edu.component" .) | quote }}
- name: SERVICE_PUBLIC_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ .Values.platformSecret.name | quote }}
      key: service-keys.json
{{- if .Values.redis.secretName }}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.redis.secretName | quote }}
      key: url
{{- end }}
{{- range $name, $from := .Values.secrets }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $from.name | quote }}
      key: {{ $from.key | quote }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What serving and migrating containers have in common. Arguments: root, the command, further environment. */}}
{{- define "edu.service.container" -}}
{{- $root := .root -}}
image: {{ include "edu.image" $root | quote }}
imagePullPolicy: {{ $root.Values.image.pullPolicy | quote }}
args: {{ toJson .command }}
envFrom:
  - configMapRef:
      name: {{ include "edu.name" $root }}
env:
  {{- with .env }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- include "edu.service.env" $root | nindent 2 }}
securityContext: {{- include "edu.containerSecurityContext" $root | nindent 2 }}
resources: {{- toYaml $root.Values.resources | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- with $root.Values.volumeMounts }}
{{ toYaml . | indent 2 }}
{{- end }}
{{- end -}}

{{- define "edu.service.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A Job cannot change: its name ends in the hash of its spec, so that another spec is another Job. */}}
{{- define "edu.service.migration" }}
{{- $spec := include "edu.service.migrationSpec" . }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "edu.name" . }}-migrate-{{ sha256sum $spec | trunc 10 }}
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "edu.labels" . | nindent 4 }}
    eduplatform.dev/task: migrate
spec: {{- $spec | nindent 2 }}
{{- end -}}

{{- define "edu.service.migrationSpec" -}}
activeDeadlineSeconds: {{ .Values.migrations.activeDeadlineSeconds }}
backoffLimit: {{ .Values.migrations.backoffLimit }}
template:
  metadata:
    labels: {{- include "edu.taskLabels" (dict "root" . "task" "migrate") | nindent 6 }}
      eduplatform.dev/database-client: {{ include "edu.component" . | quote }}
  spec:
    restartPolicy: Never
    automountServiceAccountToken: false
    {{- include "edu.podPlacement" . | nindent 4 }}
    securityContext: {{- include "edu.podSecurityContext" 10001 | nindent 6 }}
    containers:
      - name: migrate
        {{- include "edu.service.container" (dict "root" . "command" (list "migrate" "--summary" "/dev/termination-log")) | nindent 8 }}
        terminationMessagePolicy: FallbackToLogsOnError
    volumes: {{- include "edu.service.volumes" . | nindent 6 }}
{{- end -}}

{{- define "edu.service.deployment" }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "edu.name" . }}
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "edu.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  progressDeadlineSeconds: 180
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels: {{- include "edu.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "edu.labels" . | nindent 8 }}
        eduplatform.dev/database-client: {{ include "edu.component" . | quote }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        eduplatform.dev/config: {{ include "edu.service.settings" . | sha256sum | trunc 16 | quote }}
        prometheus.io/scrape: "true"
        prometheus.io/port: "9101"
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      terminationGracePeriodSeconds: {{ add .Values.drainSeconds 20 }}
      automountServiceAccountToken: false
      {{- include "edu.podPlacement" . | nindent 6 }}
      {{- include "edu.topologySpread" . | nindent 6 }}
      securityContext: {{- include "edu.podSecurityContext" 10001 | nindent 8 }}
      containers:
        {{- range $number := untilStep 1 (int .Values.workers | add1 | int) 1 }}
        - {{- include "edu.service.process" (dict "root" $ "number" $number) | nindent 10 }}
        {{- end }}
      volumes: {{- include "edu.service.volumes" . | nindent 8 }}
{{- end -}}

{{/*
One process of the pod. All share the service's port, where the kernel spreads connections over them; each has a
port of its own besides, so that a probe or a scrape reaches this process and no other.
*/}}
{{- define "edu.service.process" -}}
{{- $port := add 9100 .number -}}
{{- $suffix := ternary "" (printf "-%d" .number) (eq .number 1) -}}
name: {{ printf "%s%s" (include "edu.component" .root) $suffix | quote }}
{{ include "edu.service.container" (dict "root" .root "command" (list "serve") "env" (printf "- name: PROCESS_PORT\n  value: %q" (toString $port))) }}
ports:
  {{- if eq .number 1 }}
  - name: http
    containerPort: {{ .root.Values.port }}
    protocol: TCP
  {{- end }}
  - name: metrics{{ $suffix }}
    containerPort: {{ $port }}
    protocol: TCP
startupProbe:
  httpGet: {path: /health/live, port: metrics{{ $suffix }}}
  periodSeconds: 1
  timeoutSeconds: 3
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /health/live, port: metrics{{ $suffix }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /health/ready, port: metrics{{ $suffix }}}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{/* Every client may connect to the service, for ingress controllers run anywhere; only the platform's own pods may scrape. */}}
{{- define "edu.service.ingress" -}}
- ports:
    - port: http
- ports:
    - {port: 9101, endPort: 9108}
  from:
    - podSelector: {{- include "edu.platformPods" . | nindent 8 }}
{{- end -}}

{{- define "edu.service.network" }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "edu.name" . }}
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "edu.labels" . | nindent 4 }}
spec:
  selector: {{- include "edu.selectorLabels" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .Values.port }}
      targetPort: http
      protocol: TCP
---
# Its name resolves to every pod, for clients that want the metrics of each.
apiVersion: v1
kind: Service
metadata:
  name: {{ include "edu.name" . }}-metrics
  namespace: {{ .Release.Namespace | quote }}
  labels: {{- include "edu.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector: {{- include "edu.selectorLabels" . | nindent 4 }}
  ports:
    - name: metrics
      port: 9101
      targetPort: metrics
      protocol: TCP
{{- end -}}
