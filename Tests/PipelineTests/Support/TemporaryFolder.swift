import Foundation

/// A folder that is removed with this object: a test that needs no more than its path keeps the object alive.
final class TemporaryFolder: Sendable {
  let path: String

  /// - Parameter large: for files that memory may not hold.
  init(large: Bool = false) throws {
    path = Self.newPath(large)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// With the files of another folder in it.
  init(copying folder: String) throws {
    path = Self.newPath(false)
    try FileManager.default.copyItem(atPath: folder, toPath: path)
  }

  /// In memory where that is possible: files are flushed thousands of times.
  private static func newPath(_ large: Bool) -> String {
    let memory = "/dev/shm"
    let isThere = !large && FileManager.default.isWritableFile(atPath: memory)
    let parent = isThere ? memory : NSTemporaryDirectory()
    return parent + "/koquant-pipeline-" + UUID().uuidString
  }

  deinit {
    // Some tests take the permission to write away.
    try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String { try write(text.utf8, name) }

  func createFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: file(name)) }

  /// Names in the folder, hidden ones too.
  var contents: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
