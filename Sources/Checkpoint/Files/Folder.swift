import KoQuant

/// A file that was read to open a checkpoint, or that its weights are read from.
public struct SourceFile: Sendable, Equatable {
  /// Path below the checkpoint folder: `1_Pooling/config.json`.
  public var name: String
  /// Path to open it by.
  public var path: String
  /// Length in bytes when it was opened.
  public var size: UInt64
}

/// The checkpoint folder, or one of its modules' folders: opens files by name and remembers which were opened.
struct Folder: Sendable {
  /// The largest text file (JSON, vocabulary) that is read whole: twice the largest tokenizers in use.
  static let maximumTextLength: UInt64 = 64 << 20

  let path: String
  /// Below the checkpoint folder; empty or ending in a slash.
  let prefix: String
  private let calls: SystemCalls

  init(path: String, prefix: String = "", calls: SystemCalls) {
    self.path = path
    self.prefix = prefix
    self.calls = calls
  }

  func path(of name: String) -> String {
    "\(path.isEmpty ? "." : path)\(path.hasSuffix("/") ? "" : "/")\(prefix)\(name)"
  }

  /// The folder of a module. `name` comes from a JSON file, see `isSafe`.
  func subfolder(_ name: String) -> Folder {
    name.isEmpty ? self : Folder(path: path, prefix: "\(prefix)\(name)/", calls: calls)
  }

  /// Whether a relative path out of a JSON file stays inside of the folder.
  static func isSafe(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
      && !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "\\")) && name.utf8.count <= 1024
  }

  func openIfPresent(
    _ name: String, recording sources: inout [SourceFile]
  ) throws(CheckpointError) -> InputFile? {
    guard let file = try InputFile.openIfPresent(path(of: name), calls) else { return nil }
    let source = SourceFile(name: prefix + name, path: file.path, size: file.size)
    if !sources.contains(source) { sources.append(source) }
    try file.checkIsNotPointer()
    return file
  }

  /// The bytes of a text file; nil when there is none.
  func text(_ name: String, recording sources: inout [SourceFile]) throws(CheckpointError) -> [UInt8]? {
    guard let file = try openIfPresent(name, recording: &sources) else { return nil }
    if file.size > Self.maximumTextLength {
      throw CheckpointError(
        .unsupported, file: file.path,
        "\(file.size) bytes are more than the \(Self.maximumTextLength) allowed here")
    }
    return try file.bytes(at: 0, count: Int(file.size))
  }

  func json(_ name: String, recording sources: inout [SourceFile]) throws(CheckpointError) -> JSONNode? {
    guard let text = try text(name, recording: &sources) else { return nil }
    return try JSONNode(parsing: text, file: path(of: name))
  }
}
