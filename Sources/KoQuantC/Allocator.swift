import CKoQuant
import KoQuant

/// The caller's allocator, which koquant.h wants to be safe from any thread.
private struct Allocator: @unchecked Sendable {
  let context: UnsafeMutableRawPointer?
  let allocate: @convention(c) (UnsafeMutableRawPointer?, Int, Int) -> UnsafeMutableRawPointer?
  let release: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void
}

extension SystemCalls {
  /// The system's calls, with memory from `allocator` unless it is NULL.
  init(allocator: UnsafePointer<kq_allocator>?) throws(CallFailure) {
    self.init()
    guard let given = allocator?.pointee else { return }
    guard let allocate = given.allocate, let release = given.release else {
      throw CallFailure(KQ_INVALID_ARGUMENT, "an allocator needs both functions")
    }
    let allocator = Allocator(context: given.context, allocate: allocate, release: release)
    self.allocate = { alignment, size in allocator.allocate(allocator.context, alignment, size) }
    self.free = { address in allocator.release(allocator.context, address) }
  }
}
