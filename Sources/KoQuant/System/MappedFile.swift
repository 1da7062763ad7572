import CShims

/// A file's bytes in the page cache, in place and read-only, shared with every process that maps it.
///
/// A file that somebody shortens while it is mapped gives SIGBUS on access; docs/security.md says why that is
/// left to the owner of the file and how to read without mapping.
public final class MappedFile: @unchecked Sendable {
  public enum Advice: Sendable {
    case normal, sequential, random, willNeed, dontNeed
  }

  public let path: String
  /// All of the file; page-aligned. Valid as long as this object.
  public let bytes: UnsafeRawBufferPointer
  /// Stays open, to see whether somebody writes to the file.
  let file: FileReader
  private let mapping: UnsafeMutableRawPointer?
  private let calls: SystemCalls

  /// Maps the whole of `file`.
  public convenience init(_ file: FileReader) throws(SystemError) {
    var address: UnsafeMutableRawPointer?
    if file.size > 0 {
      _ = try file.calls.check(.map, file.path) { file.calls.map(file.descriptor, file.size, &address) }
    }
    self.init(file, mapping: address)
  }

  private init(_ file: FileReader, mapping: UnsafeMutableRawPointer?) {
    path = file.path
    self.file = file
    calls = file.calls
    self.mapping = mapping
    bytes = UnsafeRawBufferPointer(start: mapping, count: mapping == nil ? 0 : file.size)
  }

  public convenience init(path: String, calls: SystemCalls = .live) throws(SystemError) {
    try self.init(FileReader(path: path, calls: calls))
  }

  deinit {
    if let mapping { _ = calls.unmap(mapping, bytes.count) }
  }

  /// Tells the system how a part of `bytes` will be used. `dontNeed` takes its whole pages out of this
  /// process's memory until they are read again. Only a hint: failures do not matter.
  public func advise(_ part: UnsafeRawBufferPointer, _ advice: Advice) {
    guard let base = part.baseAddress, part.count > 0 else { return }
    _ = calls.advise(base, part.count, advice.number)
  }
}

extension MappedFile.Advice {
  fileprivate var number: Int32 {
    switch self {
    case .normal: Int32(KQS_ADVISE_NORMAL)
    case .sequential: Int32(KQS_ADVISE_SEQUENTIAL)
    case .random: Int32(KQS_ADVISE_RANDOM)
    case .willNeed: Int32(KQS_ADVISE_WILL_NEED)
    case .dontNeed: Int32(KQS_ADVISE_DONT_NEED)
    }
  }
}
