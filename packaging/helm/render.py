"""Renders the chart with Helm's own engine and checks the manifests against Kubernetes' schemas.

Usage: render.py <chart folder>. Prints one line for each set of values; the first fault ends it.
"""

import sys

import helm_python as helm
import kubernetes_validate
import yaml

CHART = sys.argv[1]
KUBERNETES = "1.31"
CASES = {
    "a certificate by itself": {},
    "a certificate from a Secret": {"tls": {"mode": "secret", "secretName": "talk-tls"}},
    "behind an ingress": {
        "tls": {"mode": "off"},
        "service": {"type": "ClusterIP"},
        "trustedProxies": ["10.0.0.0/8", "fd00::/8"],
        "turn": {"publicAddress": "turn.example.org"},
    },
    "everything said": {
        "secrets": {"metrics_token": "s", "backup_s3_secret_key": "s"},
        "settings": {"blob_quota": 10737418240, "backup_to": "s3://talk/parley"},
        "persistence": {"size": "5Gi", "storageClass": "fast"},
        "service": {"type": "NodePort", "annotations": {"a/b": "c"}},
        "nodeSelector": {"kubernetes.io/arch": "arm64"},
        "tolerations": [{"key": "talk", "operator": "Exists"}],
    },
    "a Secret of one's own": {"existingSecret": "mine"},
}
REFUSED = {
    "no domain": {"domain": ""},
    "a URL for a domain": {"domain": "https://chat.example.org"},
    "a Secret without a name": {"tls": {"mode": "secret"}},
    "an unknown value": {"replicas": 2},
}


def manifests(chart, values):
    """The rendered documents by kind and name."""
    found = {}
    for path, text in chart.render(values, name="talk", namespace="parley").items():
        if path.endswith(".txt"):
            continue
        for document in yaml.safe_load_all(text):
            if document:
                found[document["kind"], document["metadata"]["name"]] = document
    return found


def check(found, values):
    for document in found.values():
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    pod = found["StatefulSet", "talk"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()
    volumes = {volume["name"] for volume in pod["volumes"]} | {"data"}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    ports = found["Service", "talk"]["spec"]["ports"]
    assert [port["protocol"] for port in ports] == ["TCP", "UDP"]
    labels = found["StatefulSet", "talk"]["spec"]["template"]["metadata"]["labels"]
    for name in ("talk", "talk-pods"):
        assert found["Service", name]["spec"]["selector"].items() <= labels.items()
    secret = values.get("existingSecret") or "talk-secrets"
    assert ("Secret", secret) in found or values.get("existingSecret")
    assert pod["volumes"][0]["secret"]["secretName"] == secret
    env = {entry["name"]: entry["value"] for entry in container["env"]}
    assert env["PARLEY_PUBLIC_URL"] == "https://chat.example.org"
    for name, value in values.get("settings", {}).items():
        assert env[f"PARLEY_{name.upper()}"] == str(value), env
    # Secrets never stand in the pod's environment.
    assert not any(name.lower().removeprefix("parley_") in values.get("secrets", {}) for name in env)


findings = helm.lint(CHART, values={"domain": "chat.example.org"})["errors"]
assert not findings, findings
with helm.Chart.load(CHART) as chart:
    for name, case in CASES.items():
        values = {"domain": "chat.example.org", **case}
        chart.validate_schema(values)
        check(manifests(chart, values), values)
        print(f"rendered and valid: {name}")
    for name, case in REFUSED.items():
        try:
            chart.validate_schema({"domain": "chat.example.org", **case})
        except helm.HelmError:
            print(f"refused: {name}")
        else:
            sys.exit(f"not refused: {name}")
