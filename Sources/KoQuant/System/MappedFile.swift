/// A file's bytes in the page cache, in place and read-only, shared with every process that maps it.
///
/// A file that somebody shortens while it is mapped gives SIGBUS on access; docs/security.md says why that is
/// left to the owner of the file and how to read without mapping.
public final class MappedFile: @unchecked Sendable {
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
}
