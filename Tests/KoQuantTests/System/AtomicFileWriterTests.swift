import CShims
import Foundation
import KoQuant
import Testing

@Suite struct AtomicFileWriterTests {
  let scratch: Scratch
  let old: [UInt8] = Array("good work".utf8)

  init() throws { scratch = try Scratch() }

  private func write(_ path: String, _ bytes: [UInt8], _ calls: SystemCalls = .live) throws {
    let writer = try AtomicFileWriter(path: path, calls: calls)
    try bytes.withUnsafeBytes { try writer.write($0, at: 0) }
    try writer.commit()
  }

  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  /// Filesystems with and without nameless files.
  private static let variants: [SystemCalls] = {
    var named = SystemCalls.live
    named.createNameless = { _, _ in -EOPNOTSUPP }
    return [.live, named]
  }()

  @Test(arguments: 0..<2) func createsAndReplaces(variant: Int) throws {
    let path = try scratch.file("out")
    try write(path, [1, 2, 3], Self.variants[variant])
    #expect(try Scratch.bytes(of: path) == [1, 2, 3])
    try write(path, [4], Self.variants[variant])
    #expect(try Scratch.bytes(of: path) == [4])
    #expect(scratch.contents == ["out"])
  }

  @Test(arguments: 0..<2) func keepsPermissions(variant: Int) throws {
    let fresh = try scratch.file("fresh")
    try write(fresh, [1], Self.variants[variant])
    let plain = try scratch.file("plain")
    close(open(plain, O_CREAT | O_WRONLY, 0o666))
    #expect(try mode(fresh) == mode(plain))

    let existing = try scratch.file("existing", old)
    for wanted: mode_t in [0o600, 0o666, 0o640] {
      try #require(chmod(existing, wanted) == 0)
      try write(existing, [1], Self.variants[variant])
      #expect(try mode(existing) == Int(wanted))
    }
  }

  @Test(arguments: 0..<2) func nothingRemainsWithoutCommit(variant: Int) throws {
    let path = try scratch.file("out", old)
    do {
      let writer = try AtomicFileWriter(path: path, calls: Self.variants[variant])
      try [UInt8](repeating: 7, count: 100).withUnsafeBytes { try writer.write($0, at: 50) }
    }
    #expect(try Scratch.bytes(of: path) == old)
    #expect(scratch.contents == ["out"])
  }

  @Test func followsLinks() throws {
    let target = try scratch.file("target", old)
    let link = scratch.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "target")
    try write(link, [9])
    #expect(try Scratch.bytes(of: target) == [9])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "target")
  }

  @Test func relativePathsStayInTheirFolder() throws {
    // A name without a slash is written beside the working directory's other files.
    let name = "koquant-test-\(UUID().uuidString)"
    defer { unlink(name) }
    try write(name, [1, 2])
    #expect(try Scratch.bytes(of: name) == [1, 2])
  }

  @Test func refusesWhatCannotBeReplaced() throws {
    #expect(throws: SystemError(.create, .errno(EISDIR), path: scratch.path)) {
      try AtomicFileWriter(path: scratch.path)
    }
    #expect(throws: SystemError(.create, .notRegularFile, path: "/dev/full")) {
      try AtomicFileWriter(path: "/dev/full")
    }
    for path in ["", scratch.path + "/missing/", scratch.path + "/missing/out"] {
      #expect(throws: SystemError.self) { try AtomicFileWriter(path: path) }
    }
    let file = try scratch.file("file", old)
    #expect(throws: SystemError.self) { try AtomicFileWriter(path: file + "/out") }
    #expect(scratch.contents == ["file"])
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func refusesAnUnwritableFolder() throws {
    try #require(chmod(scratch.path, 0o500) == 0)
    defer { chmod(scratch.path, 0o700) }
    let path = scratch.path + "/out"
    #expect(throws: SystemError(.create, .errno(EACCES), path: path)) { try AtomicFileWriter(path: path) }
  }

  @Test func unwritableFolderIsTyped() throws {
    var calls = SystemCalls.live
    calls.createNameless = { _, _ in -EACCES }
    let path = scratch.path + "/out"
    let error = #expect(throws: SystemError.self) { try AtomicFileWriter(path: path, calls: calls) }
    #expect(error?.message == "cannot create \(path): Permission denied")
  }

  /// Each of these fails at another point of the way; the old file must survive all of them.
  static let failures: [(String, @Sendable (inout SystemCalls) -> Void)] = [
    ("write", { $0.writeAt = { _, _, _, _ in -Int64(ENOSPC) } }),
    ("write nothing", { $0.writeAt = { _, _, _, _ in 0 } }),
    ("sync", { $0.sync = { _ in -EIO } }),
    ("close", { $0.close = { descriptor in kqs_close(descriptor) < 0 ? 0 : -EIO } }),
    ("rename", { $0.rename = { _, _ in -EACCES } }),
    ("mode", { $0.setMode = { _, _ in -EPERM } }),
    ("random", { $0.random = { _, _ in -EIO } }),
    ("name", { $0.name = { _, _ in -ENOENT } }),
  ]

  @Test(arguments: 0..<2, 0..<failures.count)
  func everyFailureLeavesTheOldFile(variant: Int, failure: Int) throws {
    let path = try scratch.file("out", old)
    var calls = Self.variants[variant]
    let (what, arrange) = Self.failures[failure]
    arrange(&calls)
    if variant == 1 && what == "name" { return }  // never called for named files
    #expect(throws: SystemError.self, "\(what)") { try write(path, [1, 2, 3], calls) }
    #expect(try Scratch.bytes(of: path) == old)
    #expect(scratch.contents == ["out"])
  }

  @Test func aFullDiskIsTyped() throws {
    var calls = SystemCalls.live
    calls.createNameless = { _, _ in open("/dev/full", O_WRONLY) }
    let path = try scratch.file("out", old)
    #expect(throws: SystemError(.write, .errno(ENOSPC), path: path)) { try write(path, [1, 2, 3], calls) }
    #expect(try Scratch.bytes(of: path) == old)
  }

  @Test func shortAndInterruptedWritesGoOn() throws {
    var calls = SystemCalls.live
    let turn = Counter()
    calls.writeAt = { descriptor, bytes, count, offset in
      turn.next() % 2 == 0 ? -Int64(EINTR) : kqs_write_at(descriptor, bytes, min(count, 3), offset)
    }
    let path = try scratch.file("out")
    let bytes = (0..<100).map { UInt8($0) }
    try write(path, bytes, calls)
    #expect(try Scratch.bytes(of: path) == bytes)
  }

  @Test func takenNamesAreTriedAgain() throws {
    var calls = Self.variants[1]
    let turn = Counter()
    calls.create = { path, mode in turn.next() < 5 ? -EEXIST : kqs_create(path, mode) }
    let path = try scratch.file("out")
    try write(path, [5], calls)
    #expect(try Scratch.bytes(of: path) == [5])
    calls.create = { _, _ in -EEXIST }
    #expect(throws: SystemError(.create, .errno(EEXIST), path: path)) { try write(path, [5], calls) }
  }
}
