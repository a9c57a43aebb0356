//! The definitions and uses of names.

use super::names::{Occurrence, Target};
use super::{Analysis, Location, Policy};

impl Analysis {
    /// Returns the definitions of the name at a byte of the file: of a rule all of them, of an
    /// import the package.
    pub fn definitions(&self, offset: usize) -> Vec<Location> {
        let Some((policy, occurrence)) = self.occurrence(offset) else { return Vec::new() };
        if let Target::Import(_, path) = &occurrence.target {
            let packages = policy.modules.iter().flatten().map(|module| &module.package);
            let named = packages.filter(|package| path.get(1..) == Some(&package.path[..]));
            let places: Vec<_> =
                named.filter_map(|package| policy.location(package.span)).collect();
            if !places.is_empty() {
                return places;
            }
        }
        let all = policy.names.of_target(&occurrence.target);
        let mut found: Vec<&Occurrence> = all.filter(|one| one.definition).collect();
        if matches!(occurrence.target, Target::Local(..)) {
            // Later assignments of an undeclared variable compare.
            found.truncate(1);
        }
        found.iter().filter_map(|one| policy.location(one.span)).collect()
    }

    /// Returns the places of the name at a byte of the file, `definitions` included or not.
    pub fn references(&self, offset: usize, definitions: bool) -> Vec<Location> {
        let Some((policy, occurrence)) = self.occurrence(offset) else { return Vec::new() };
        let all = policy.names.of_target(&occurrence.target);
        let wanted = all.filter(|one| definitions || !one.definition);
        wanted.filter_map(|one| policy.location(one.span)).collect()
    }

    /// Returns the name at a byte of the file.
    pub(super) fn occurrence(&self, offset: usize) -> Option<(&Policy, &Occurrence)> {
        let (policy, source, offset) = self.locate(offset)?;
        let occurrence = policy.names.at(source, u32::try_from(offset).ok()?)?;
        Some((policy, occurrence))
    }
}
