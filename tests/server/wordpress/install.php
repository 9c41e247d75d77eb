<?php
/** Installs the WordPress around this file, with a post and a moderator, as the pages of wp-admin/install.php would. */
define( 'WP_INSTALLING', true );
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( 'Crumb & Crust', $argv[1], 'moderator@blog.example', true, '', $argv[2] );
update_option( 'active_plugins', array( 'akismet/akismet.php' ) );
update_option( 'comment_previously_approved', '' );
update_option( 'default_pingback_flag', '' );
update_option( 'show_avatars', '' ); // They come from another site.
switch_theme( 'twentytwentyone' );
foreach ( get_posts( array( 'post_type' => array( 'post', 'page' ), 'post_status' => 'any' ) ) as $old ) {
	wp_delete_post( $old->ID, true );
}
echo wp_insert_post(
	array(
		'post_title'   => 'Rye bread on the second day',
		'post_content' => "<p>Fresh rye crumbles under the knife. I keep the loaf in a linen bag for one night before I "
			. "cut it, and the crumb sets, the crust softens and the sour of the dough comes through.</p>\n"
			. '<p>The dough itself is simple: rye flour, water, salt, and a starter that has been fed twice. '
			. 'It rests overnight in a cold kitchen and bakes for an hour in a hot pot.</p>',
		'post_status'  => 'publish',
		'post_date'    => wp_date( 'Y-m-d H:i:s', time() - 30 * DAY_IN_SECONDS ), // as posts are: none is seconds old
		'post_author'  => 1,
	)
);
