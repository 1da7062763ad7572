import Kernels

/// Finds the sections of a model in the table of its file, in about the order of the file, and checks their
/// types and shapes; reads none of their bytes.
struct SectionFinder {
  let file: KoqFile
  private let usesInPlace: Bool
  private var position = 0

  /// - Parameter usesInPlace: whether stored sections of a file in memory take no room of their own.
  init(_ file: KoqFile, usesInPlace: Bool) {
    self.file = file
    self.usesInPlace = usesInPlace
  }

  /// Adds a section that must be there to `group` and returns its index in it.
  mutating func document(_ name: SectionName, to group: inout SectionGroup) throws(KoqError) -> Int {
    guard let section = find(name) else { throw missing(name) }
    return try add(section, to: &group)
  }

  /// The same for a tensor, which must have exactly this type and shape.
  mutating func tensor(
    _ name: SectionName, _ type: SectionEntry.ElementType, _ shape: [Int], to group: inout SectionGroup
  ) throws(KoqError) -> Int {
    guard let index = try optionalTensor(name, type, shape, to: &group) else { throw missing(name) }
    return index
  }

  /// The same for a tensor that need not be there.
  mutating func optionalTensor(
    _ name: SectionName, _ type: SectionEntry.ElementType, _ shape: [Int], to group: inout SectionGroup,
    kind: SectionEntry.Kind = .tensor
  ) throws(KoqError) -> Int? {
    guard let section = find(name) else { return nil }
    let entry = file.sections[section]
    guard entry.kind == kind else { throw file.failure(.invalidContents("kind"), entry) }
    guard entry.elementType == type, entry.shape == SectionEntry.Shape(shape) else {
      throw file.failure(.invalidContents("type or shape, which contradict the model's configuration"), entry)
    }
    guard entry.rawLength > 0 else { throw file.failure(.invalidContents("no elements"), entry) }
    return try add(section, to: &group)
  }

  /// Factors of the weight scales of a matrix in each of its groups of inputs; nil where they are all 1.
  mutating func groupScales(
    _ name: SectionName, groups: Int, outputs: Int, to group: inout SectionGroup
  ) throws(KoqError) -> Int? {
    let index = try optionalTensor(name, .uint8, [groups, outputs], to: &group, kind: .groupScales)
    guard index == nil || groups > 1 else {
      throw KoqError(
        .invalidContents("scales of groups, which this matrix has not"), section: name, path: file.path)
    }
    return index
  }

  /// Input channels per activation scale of the matrix `name`, from its attribute.
  func groupSize(_ name: SectionName, inputs: Int) throws(KoqError) -> Int {
    guard let section = file.index(of: name, from: position) else { throw missing(name) }
    let entry = file.sections[section]
    guard entry.attribute % UInt32(Tile.lanes) == 0 else {
      throw file.failure(.invalidContents("activation group size, not a multiple of 16"), entry)
    }
    let whole = Tile.stride(inputs)
    return entry.attribute == 0 ? whole : min(Int(clamping: entry.attribute), whole)
  }

  /// Throws when there is a section that a file of this configuration cannot have.
  func requireAbsence(_ name: SectionName) throws(KoqError) {
    guard let entry = file.section(named: name) else { return }
    throw file.failure(.invalidContents("more layers than the model's configuration has"), entry)
  }

  private mutating func find(_ name: SectionName) -> Int? {
    guard let section = file.index(of: name, from: position) else { return nil }
    position = section + 1
    return section
  }

  private func add(_ section: Int, to group: inout SectionGroup) throws(KoqError) -> Int {
    let entry = file.sections[section]
    let inPlace = usesInPlace && file.isInPlace(entry)
    guard let index = group.add(section, byteCount: entry.rawLength, inPlace: inPlace) else {
      throw file.failure(.system(SystemError(.allocate, .tooLarge, byteCount: .max)), entry)
    }
    return index
  }

  private func missing(_ name: SectionName) -> KoqError {
    KoqError(.missingSection, section: name, path: file.path)
  }
}
