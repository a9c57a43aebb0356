{{/* The Pod of an audit, of a Job or of a Deployment. */}}
{{- define "ferrego.auditPod" -}}
metadata:
  labels:
    {{- include "ferrego.auditSelectorLabels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  restartPolicy: {{ .Values.audit.watch | ternary "Always" "Never" }}
  serviceAccountName: {{ include "ferrego.auditName" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    # The group may read the token.
    fsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: audit
      image: {{ include "ferrego.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args:
        - audit
        - --from-cluster
        {{- if .Values.audit.watch }}
        - --watch
        {{- else if not .Values.audit.failOnDenied }}
        - --no-fail
        {{- end }}
        - --output={{ .Values.audit.output }}
        {{- if .Values.audit.writeStatus }}
        - --write-status
        {{- end }}
        {{- range .Values.audit.extraArgs }}
        - {{ . | quote }}
        {{- end }}
      resources:
        {{- toYaml .Values.audit.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: token
          mountPath: /var/run/secrets/kubernetes.io/serviceaccount
          readOnly: true
  volumes:
    - name: token
      projected:
        # 0440
        defaultMode: 288
        sources:
          - serviceAccountToken:
              path: token
              expirationSeconds: 3600
          - configMap:
              name: kube-root-ca.crt
              items:
                - key: ca.crt
                  path: ca.crt
          - downwardAPI:
              items:
                - path: namespace
                  fieldRef:
                    fieldPath: metadata.namespace
{{- end }}
