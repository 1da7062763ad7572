import Interchange

/// The zip form of `torch.save` (PyTorch 1.6 and later): `NAME/data.pkl` is the pickle, `NAME/data/KEY` are the
/// storages.
struct TorchArchive {
  private let archive: ZipArchive
  private var entries: [[UInt8]: ZipArchive.Entry] = [:]
  /// `NAME/`, whatever it is.
  private let prefix: [UInt8]

  init(_ file: InputFile) throws(CheckpointError) {
    archive = try ZipArchive(file)
    let suffix = Array("data.pkl".utf8)
    var prefixes: [[UInt8]] = []
    for entry in archive.entries {
      if entries.updateValue(entry, forKey: entry.name) != nil {
        throw CheckpointError(.malformed, file: file.path, "two zip entries are named \(quoted(entry.name))")
      }
      guard entry.name.suffix(suffix.count).elementsEqual(suffix) else { continue }
      let prefix = Array(entry.name.dropLast(suffix.count))
      if prefix.isEmpty || prefix.last == UInt8(ascii: "/") { prefixes.append(prefix) }
    }
    guard let prefix = prefixes.first, prefixes.count == 1 else {
      throw CheckpointError(
        .unsupported, file: file.path,
        "a zip archive with \(prefixes.count) entries data.pkl; torch.save writes one",
        advice: TorchFile.advice)
    }
    self.prefix = prefix
  }

  func tensors() throws(CheckpointError) -> [StoredTensor] {
    try checkByteOrder()
    let pickle = try located("data.pkl", verified: true)
    var machine = PickleMachine(
      PickleInput(archive.file, position: pickle.start, end: pickle.start + pickle.length))
    let root = try machine.run()
    return try TorchState(root, machine.heap, file: archive.file).tensors { storage throws(CheckpointError) in
      try located("data/", storage.key)
    }
  }

  private func checkByteOrder() throws(CheckpointError) {
    let name = prefix + Array("byteorder".utf8)
    guard let entry = entries[name] else { return }
    let start = try archive.start(of: entry)
    guard entry.size == 6, try archive.file.bytes(at: start, count: 6).elementsEqual("little".utf8) else {
      throw CheckpointError(
        .unsupported, file: archive.file.path, location: .offset(start),
        "the numbers are not little-endian", advice: TorchFile.advice)
    }
  }

  private func located(
    _ name: StaticString, _ key: [UInt8] = [], verified: Bool = false
  ) throws(CheckpointError) -> (start: UInt64, length: UInt64) {
    let name = prefix + name.withUTF8Buffer { Array($0) } + key
    guard let entry = entries[name] else {
      throw CheckpointError(
        .missing, file: archive.file.path, "the zip entry \(quoted(name)) is missing",
        advice: ZipArchive.refetch)
    }
    let start = try archive.start(of: entry)
    if verified { try archive.verify(entry, start: start) }
    return (start, entry.size)
  }
}
