import Checkpoint
import KoQuant
import Synchronization
import Testing

@Suite struct SystemFailureTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Golden.bytes("weights/zip.bin"), "pytorch_model.bin")
    return folder
  }

  @Test("Interrupted and short reads are continued") func shortReads() throws {
    let folder = try folder()
    let count = Atomic<Int>(0)
    var calls = SystemCalls()
    let live = calls.readAt
    calls.readAt = { descriptor, pointer, length, offset in
      if count.add(1, ordering: .relaxed).newValue.isMultiple(of: 3) { return -Int64(Errno.interrupted) }
      return live(descriptor, pointer, min(length, 7), offset)
    }
    #expect(try Checkpoint(path: folder.path, calls: calls).allBits() == Golden.values("f32"))
  }

  @Test("A failing disk is an error at any read") func failingDisk() throws {
    let folder = try folder()
    let total = Atomic<Int>(0)
    var counting = SystemCalls()
    let live = counting.readAt
    counting.readAt = { descriptor, pointer, length, offset in
      total.add(1, ordering: .relaxed)
      return live(descriptor, pointer, length, offset)
    }
    _ = try Checkpoint(path: folder.path, calls: counting).allBits()
    for failing in 1...total.load(ordering: .relaxed) {
      for result in [-Int64(Errno.inputOutput), 0] {
        let count = Atomic<Int>(0)
        var calls = SystemCalls()
        calls.readAt = { descriptor, pointer, length, offset in
          if count.add(1, ordering: .relaxed).newValue >= failing { return result }
          return live(descriptor, pointer, length, offset)
        }
        let error = #expect(throws: CheckpointError.self) {
          try Checkpoint(path: folder.path, calls: calls).allBits()
        }
        #expect(error?.kind == (result == 0 ? .malformed : .inputOutput))
      }
    }
  }

  @Test("A file that may not be opened is named") func accessDenied() throws {
    let folder = try folder()
    var calls = SystemCalls()
    calls.open = { _ in -Errno.accessDenied }
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: folder.path, calls: calls) }
    #expect(error?.kind == .inputOutput)
    #expect(error?.file.hasSuffix("modules.json") == true)
  }
}
