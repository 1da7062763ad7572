import CShims
import KoQuant

/// The most bytes per second that the processor reads from memory: sums of a buffer far larger than the caches.
struct ReadCeiling {
  private let buffer: AlignedBuffer

  /// - Parameter available: bytes that the process may still take, of which it takes a quarter at most.
  init(available: Int?) throws(SystemError) {
    let size = min(256 << 20, max(8 << 20, (available ?? .max) / 4)) & ~(Self.chunk - 1)
    buffer = try AlignedBuffer(byteCount: size, alignment: 2 << 20, zeroed: false)
    // Many small pages would measure the translation of addresses too.
    kqs_prefer_huge_pages(buffer.base, buffer.count)
    _ = buffer.bytes.initializeMemory(as: UInt8.self, repeating: 1)
  }

  /// Bytes per second on all threads of `pool`, each reading a part of its own; 0 when a sum came out wrong.
  func measure(_ pool: ThreadPool, seconds: Double) -> Double {
    let chunks = max(1, buffer.count / Self.chunk / pool.threads)
    return pool.sustainedRate(seconds: seconds) { [buffer] part, number in
      let index = (part * chunks + number % chunks) % (buffer.count / Self.chunk)
      let sum = Self.sum(UnsafeRawPointer(buffer.base + index * Self.chunk))
      return sum == Self.expectedSum ? Self.chunk : 0
    }
  }

  private static let chunk = 1 << 20
  /// Every 64-bit word of the buffer is 0x0101010101010101.
  private static let expectedSum = UInt64(chunk / 8) &* 0x0101_0101_0101_0101

  /// The sum of the 64-bit words of a chunk.
  @inline(never)
  private static func sum(_ bytes: UnsafeRawPointer) -> UInt64 {
    var first = SIMD8<UInt64>.zero
    var second = SIMD8<UInt64>.zero
    var place = 0
    while place < chunk {
      first &+= (bytes + place).load(as: SIMD8<UInt64>.self)
      second &+= (bytes + place + 64).load(as: SIMD8<UInt64>.self)
      place += 128
    }
    return (first &+ second).wrappedSum()
  }
}
