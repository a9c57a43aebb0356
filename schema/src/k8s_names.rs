//! Validation of names, label keys and label values (`apimachinery`'s `util/validation`).

const LABEL_LENGTH: usize = 63;
const SUBDOMAIN_LENGTH: usize = 253;

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
     characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
     'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const DNS_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or \
     '-', start with an alphabetic character, and end with an alphanumeric character (e.g. \
     'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

const NAME_PART: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and \
     must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or \
     '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const QUALIFIED: &str = "a qualified name must consist of alphanumeric characters, '-', '_' or \
     '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  \
     or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with \
     an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric \
     characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
     'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Returns the errors of `name` as a DNS label that begins with a letter (`IsDNS1035Label`).
pub fn dns_label(name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if name.len() > LABEL_LENGTH {
        faults.push(too_long(LABEL_LENGTH));
    }
    let outer = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !spells(name, outer, b"-") || name.starts_with(|first: char| first.is_ascii_digit()) {
        faults.push(DNS_LABEL.to_owned());
    }
    faults
}

/// Returns the errors of `name` as the name of an object (`IsDNS1123Subdomain`).
pub fn subdomain(name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if name.len() > SUBDOMAIN_LENGTH {
        faults.push(too_long(SUBDOMAIN_LENGTH));
    }
    let label = |label: &str| {
        spells(label, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(), b"-")
    };
    if !name.split('.').all(label) {
        faults.push(SUBDOMAIN.to_owned());
    }
    faults
}

/// Returns the errors of `key` as the key of a label (`IsQualifiedName`).
pub fn label_key(key: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut parts = key.splitn(3, '/');
    let name = match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
        (name, None, _) => name,
        ("", Some(name), None) => {
            faults.push("prefix part must be non-empty".to_owned());
            name
        }
        (prefix, Some(name), None) => {
            faults.extend(subdomain(prefix).iter().map(|fault| format!("prefix part {fault}")));
            name
        }
        _ => return vec![QUALIFIED.to_owned()],
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL_LENGTH {
        faults.push(format!("name part {}", too_long(LABEL_LENGTH)));
    }
    if !is_label(name) {
        faults.push(NAME_PART.to_owned());
    }
    faults
}

/// Returns the errors of `value` as the value of a label (`IsValidLabelValue`).
pub fn label_value(value: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if value.len() > LABEL_LENGTH {
        faults.push(too_long(LABEL_LENGTH));
    }
    if !value.is_empty() && !is_label(value) {
        faults.push(LABEL_VALUE.to_owned());
    }
    faults
}

fn too_long(most: usize) -> String {
    format!("must be no more than {most} bytes")
}

fn is_label(text: &str) -> bool {
    spells(text, |byte| byte.is_ascii_alphanumeric(), b"-_.")
}

/// Returns `true` if the text begins and ends with bytes that `is_outer` accepts, and all other
/// bytes are accepted by `is_outer` or are in `inner`.
fn spells(text: &str, is_outer: impl Fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(|&byte| is_outer(byte)))
        && bytes.iter().all(|&byte| is_outer(byte) || inner.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects_are_subdomains() {
        for good in ["a", "require-labels", "a.b-c.9", "0"] {
            assert_eq!(subdomain(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a..b", ".a", "a_b", "é"] {
            assert_eq!(subdomain(bad), [SUBDOMAIN], "{bad}");
        }
        assert_eq!(subdomain(&"a".repeat(253)), Vec::<String>::new());
        assert_eq!(subdomain(&"a".repeat(254)), ["must be no more than 253 bytes"]);
    }

    #[test]
    fn labels_of_dns_begin_with_a_letter() {
        for good in ["a", "k8s-allowed-repos", "a1"] {
            assert_eq!(dns_label(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["", "1a", "-a", "a-", "a.b", "a_b", "A", "é"] {
            assert_eq!(dns_label(bad), [DNS_LABEL], "{bad}");
        }
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 bytes"]);
    }

    #[test]
    fn keys_of_labels_are_qualified_names() {
        for good in ["app", "App_1.x-y", "example.com/app", "9"] {
            assert_eq!(label_key(good), Vec::<String>::new(), "{good}");
        }
        assert_eq!(label_key("_a"), [NAME_PART]);
        assert_eq!(label_key(""), ["name part must be non-empty", NAME_PART]);
        assert_eq!(label_key("/a"), ["prefix part must be non-empty"]);
        assert_eq!(label_key("A/b"), [format!("prefix part {SUBDOMAIN}")]);
        assert_eq!(label_key("a/b/c"), [QUALIFIED]);
        let long = "a".repeat(64);
        assert_eq!(label_key(&long), ["name part must be no more than 63 bytes"]);
    }

    #[test]
    fn values_of_labels_may_be_empty() {
        for good in ["", "a", "My_Value.1", "1-2"] {
            assert_eq!(label_value(good), Vec::<String>::new(), "{good}");
        }
        for bad in ["-a", "a b", "a/b", "a.", "*"] {
            assert_eq!(label_value(bad), [LABEL_VALUE], "{bad}");
        }
        assert_eq!(label_value(&"a".repeat(64)), ["must be no more than 63 bytes"]);
    }
}
