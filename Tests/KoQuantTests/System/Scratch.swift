import Foundation

/// A folder of a test's own, removed with its owner.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/koquant-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String, _ bytes: [UInt8]? = nil) throws -> String {
    let file = path + "/" + name
    if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: file)) }
    return file
  }

  var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  static func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// A counter that the mocks of several threads may share.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  /// The count before this call.
  func next() -> Int {
    lock.withLock {
      count += 1
      return count - 1
    }
  }

  var value: Int { lock.withLock { count } }
}
