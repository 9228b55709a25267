//! A member or device is removed: it does not hear the next second, whatever the relay's roster says.

use super::world::World;

#[test]
fn it_is_closed_at_once_and_stays_so() {
    let mut world = World::new(3, 1);
    for node in 0..3 {
        world.join(node);
        world.run(1_000);
    }
    let removed = world.device(2);
    world.act(0, |call| call.handle_removed(removed));
    assert!(world.peer_id(0, 2).is_none());
    world.publish();
    world.run(60_000);
    assert!(world.peer_id(0, 2).is_none());
    assert!(world.are_connected(0, 1));
}
