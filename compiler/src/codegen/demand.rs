//! What the policy reads of `input`, as paths.

use crate::plan::demand::Demand;

/// The paths of a demand in the notation of `ferrego_runtime::json::Needs`.
pub(super) fn paths(demand: &Demand) -> Vec<String> {
    let mut paths = Vec::new();
    collect(demand, "", &mut paths);
    paths
}

fn collect(demand: &Demand, path: &str, paths: &mut Vec<String>) {
    if demand.whole {
        paths.push(path.to_owned());
        return;
    }
    if demand.members.is_empty() && demand.others.is_none() {
        paths.push(format!("{path}/"));
    }
    if let Some(others) = &demand.others {
        collect(others, &format!("{path}/*"), paths);
    }
    for (key, member) in &demand.members {
        if demand.others.as_deref() != Some(member) {
            collect(member, &format!("{path}/{}", escape(key)), paths);
        }
    }
}

fn escape(key: &str) -> String {
    match key {
        "" => "~3".to_owned(),
        "*" => "~2".to_owned(),
        key => key.replace('~', "~0").replace('/', "~1"),
    }
}
