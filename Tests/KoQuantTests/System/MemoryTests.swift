import Foundation
import KoQuant
import Synchronization
import Testing

@Suite struct MappedFileTests {
  @Test func mapsTheFile() throws {
    let scratch = try Scratch()
    let contents = (0..<9_000).map { UInt8(truncatingIfNeeded: $0) }
    let mapped = try MappedFile(path: try scratch.file("data", contents))
    #expect(mapped.bytes.elementsEqual(contents))
    #expect(UInt(bitPattern: mapped.bytes.baseAddress) % 4096 == 0)
  }

  @Test func anEmptyFileMapsToNothing() throws {
    let scratch = try Scratch()
    #expect(try MappedFile(path: try scratch.file("empty", [])).bytes.isEmpty)
  }

  @Test func outlivesItsName() throws {
    let scratch = try Scratch()
    let path = try scratch.file("data", [1, 2, 3])
    let mapped = try MappedFile(path: path)
    try FileManager.default.removeItem(atPath: path)
    #expect(mapped.bytes.elementsEqual([1, 2, 3]))
  }

  @Test func failureIsTyped() throws {
    let scratch = try Scratch()
    let path = try scratch.file("data", [1, 2, 3])
    var calls = SystemCalls.live
    calls.map = { _, _, _ in -ENODEV }
    #expect(throws: SystemError(.map, .errno(ENODEV), path: path)) {
      try MappedFile(path: path, calls: calls)
    }
  }
}

@Suite struct AlignedBufferTests {
  @Test(arguments: [(0, 64), (1, 64), (100, 4096), (1_000_000, 64)])
  func isAlignedAndZeroed(size: Int, alignment: Int) throws {
    let buffer = try AlignedBuffer(byteCount: size, alignment: alignment)
    #expect(buffer.count == size)
    #expect(UInt(bitPattern: buffer.bytes.baseAddress) % UInt(alignment) == 0)
    #expect(buffer.bytes.allSatisfy { $0 == 0 })
  }

  @Test func elements() throws {
    let buffer = try AlignedBuffer(count: 33, of: Float.self)
    let floats = buffer.elements(of: Float.self)
    #expect(floats.count == 33)
    floats[32] = 1.5
    #expect(buffer.bytes.loadUnaligned(fromByteOffset: 128, as: Float.self) == 1.5)
  }

  @Test func impossibleSizesThrow() {
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: -1) }
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: Int.max) }
    #expect(throws: SystemError.self) { try AlignedBuffer(count: Int.max / 2, of: Double.self) }
    #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: 8, alignment: 48) }
  }

  @Test func hugePagesAreForWholeOnes() throws {
    let asked = Mutex<[Int]>([])
    var calls = SystemCalls.live
    calls.preferHugePages = { address, length in
      asked.withLock { $0.append(length) }
      return SystemCalls.live.preferHugePages(address, length)
    }
    for size in [0, 4096, 2 << 20, (5 << 20) + 1] {
      let buffer = try AlignedBuffer(byteCount: size, zeroed: false, calls: calls)
      buffer.preferHugePages()
      buffer.bytes.initializeMemory(as: UInt8.self, repeating: 7)
      #expect(buffer.bytes.allSatisfy { $0 == 7 })
    }
    #expect(asked.withLock { $0 } == [2 << 20, (5 << 20) + 1])
  }

  @Test func hugePagesThatAreRefusedAreNoFailure() throws {
    var calls = SystemCalls.live
    calls.preferHugePages = { _, _ in -EINVAL }
    let buffer = try AlignedBuffer(byteCount: 3 << 20, calls: calls)
    buffer.preferHugePages()
    #expect(buffer.bytes.allSatisfy { $0 == 0 })
  }

  @Test func noMemoryThrows() {
    var calls = SystemCalls.live
    calls.allocate = { _, _ in nil }
    let error = #expect(throws: SystemError.self) { try AlignedBuffer(byteCount: 4711, calls: calls) }
    #expect(error?.message == "cannot allocate 4711 bytes: Cannot allocate memory")
  }
}
